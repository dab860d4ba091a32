import { type Request, Router } from "express";
import { z } from "zod";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../../service-context.ts";
import { followAllSteps, followTransferSteps } from "../../services/follow-steps.ts";
import { callerOf } from "../authenticate.ts";
import type { EventStreams } from "../event-streams.ts";
import { readUetr } from "../read-uetr.ts";

const place = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})$/)
  .transform(BigInt)
  .optional();
const querySchema = z.strictObject({ after: place });
/** Versions of one transfer, which are few. */
const MAX_VERSION = 2_147_483_647n;

/** Where the reader goes on: `Last-Event-ID`, which a reconnecting reader sends, before `after`, which it began with. */
function readPlace(request: Request): bigint | undefined {
  const query = querySchema.safeParse(request.query);
  if (!query.success) throw new ProblemError("query", "the query takes after (an event's id)");
  const values = request.headersDistinct["last-event-id"] ?? [];
  const last = place.safeParse(values[0]);
  if (values.length > 1 || !last.success) {
    throw new ProblemError("query", "Last-Event-ID is the id of an event of this stream");
  }
  return last.data ?? query.data.after;
}

/** `GET /events`, `GET /transfers/{uetr}/events`: server-sent events, in the words of the webhooks. */
export function eventRoutes(context: ServiceContext, streams: EventStreams): Router {
  const router = Router();
  const refuseOthers = refuseOtherMethods("GET");
  router
    .route("/events")
    .head(refuseOthers)
    .get(async (request, response) => {
      const caller = callerOf(response);
      const source = await followAllSteps(context, caller, readPlace(request));
      await streams.tell(response, caller, source);
    })
    .all(refuseOthers);
  router
    .route("/transfers/:uetr/events")
    .head(refuseOthers)
    .get(async (request, response) => {
      const participantId = callerOf(response);
      const uetr = readUetr(request);
      const after = readPlace(request);
      if (after !== undefined && after > MAX_VERSION) {
        throw new ProblemError("query", "a transfer's events are numbered by its versions");
      }
      const source = await followTransferSteps(context, { participantId, uetr }, after);
      await streams.tell(response, participantId, source);
    })
    .all(refuseOthers);
  return router;
}
