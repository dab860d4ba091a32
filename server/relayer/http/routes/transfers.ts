import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { TRANSFER_STATES } from "../../../../protocol/transfer-state.ts";
import { timeSchema } from "../../../../protocol/wire/primitives.ts";
import { transferRequestSchema } from "../../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import type { AcceptBatch } from "../../services/accept-batch.ts";
import { awaitOutcome, type OutcomeSources } from "../../services/await-outcome.ts";
import { cancelTransfer } from "../../services/cancel-transfer.ts";
import type { Door } from "../../services/door.ts";
import { readReceipt } from "../../services/read-receipt.ts";
import { readTransfer, readTransfers } from "../../services/read-transfers.ts";
import { recallTransfer } from "../../services/recall-transfer.ts";
import { leaveTheDoor, takeInHand } from "../at-the-door.ts";
import { callerOf } from "../authenticate.ts";
import { readCaller } from "../idempotency.ts";
import { readUetr } from "../read-uetr.ts";
import { readWait } from "../read-wait.ts";

const BODY_LIMIT = 64 * 1024;
const PAGE_LIMIT = 200;

/** What taking orders needs: shared by single transfers and batches, so that both go into one group commit. */
export interface Ordering {
  readonly acceptBatch: AcceptBatch;
  readonly outcomes: OutcomeSources;
  readonly door: Door;
}

const instant = timeSchema.transform((text) => new Date(text)).optional();
const querySchema = z.strictObject({
  state: z.enum(TRANSFER_STATES).optional(),
  cursor: z.string().max(200).optional(),
  from: instant,
  to: instant,
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .optional(),
});

function readQuery(request: Request) {
  const query = querySchema.safeParse(request.query);
  if (!query.success || (query.data.limit ?? 0) > PAGE_LIMIT) {
    throw new ProblemError(
      "query",
      `the query takes state, from and to (times in UTC), cursor and limit (1 to ${PAGE_LIMIT})`,
    );
  }
  const { state, cursor, from, to, limit = 50 } = query.data;
  return {
    limit,
    ...(state && { state }),
    ...(from && { from }),
    ...(to && { to }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** `POST /transfers`, `GET /transfers`, `GET /transfers/{uetr}`, its receipt, cancel and recall. */
export function transferRoutes(context: ServiceContext, ordering: Ordering): Router {
  const { acceptBatch, outcomes, door } = ordering;
  /** Keeps nothing of the order but its transfer's name. */
  async function accept(request: Request, response: Response) {
    const caller = readCaller(request, response);
    const { batch, signature, ...transfer } = validate(transferRequestSchema, request.body);
    const accepted = await acceptBatch(caller, { batch, signature, transfers: [transfer] });
    leaveTheDoor(request, response);
    return { ...accepted, uetr: transfer.details.uetr };
  }
  const router = Router();
  router
    .route("/transfers")
    .post(...takeInHand(door, BODY_LIMIT), async (request, response) => {
      const { batchId, replayed, uetr } = await accept(request, response);
      const timeoutMs = readWait(request);
      const isGone = () => response.destroyed;
      const waiting = { batchId, uetr, timeoutMs, fresh: !replayed, isGone };
      const waited = await awaitOutcome(outcomes, waiting);
      response.location(`/v1/transfers/${uetr}`);
      if (replayed) response.setHeader("Idempotency-Replayed", "true");
      response.status(waited.decided ? 200 : 202).json(waited.transfers[0]);
    })
    .get(async (request, response) => {
      response.json(await readTransfers(context, callerOf(response), readQuery(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/transfers/:uetr")
    .get(async (request, response) => {
      response.json(await readTransfer(context, callerOf(response), readUetr(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/transfers/:uetr/receipt")
    .get(async (request, response) => {
      response.json(await readReceipt(context, callerOf(response), readUetr(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/transfers/:uetr/cancel")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      validate(z.strictObject({}), request.body);
      response.json(await cancelTransfer(context, callerOf(response), readUetr(request)));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/transfers/:uetr/recall")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      validate(z.strictObject({}), request.body);
      response.json(await recallTransfer(context, callerOf(response), readUetr(request)));
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
