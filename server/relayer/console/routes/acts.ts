import { type Request, Router } from "express";
import { z } from "zod";
import type { CorridorId, ParticipantId, Participants } from "../../../../protocol/corridor.ts";
import { haltScopeSchema } from "../../../../protocol/wire/operations.ts";
import { batchIdSchema, uuidSchema } from "../../../../protocol/wire/primitives.ts";
import { requestKeyIdSchema } from "../../../../protocol/wire/request-keys.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../../service-context.ts";
import { parkOne, retryOne, retryOverdue } from "../../services/batch-acts.ts";
import type { HaltScope, Order } from "../../services/halts.ts";
import { revokeRequestKey } from "../../services/request-keys.ts";
import { resolveCase } from "../../services/resolve-case.ts";
import { orderSendLimit } from "../../services/send-limits.ts";
import { redeliverDead, redeliverOne } from "../../services/webhook-acts.ts";
import { readOrder } from "../guard.ts";
import { parseForm } from "../read-form.ts";
import { leadBack, type Notice } from "../show-page.ts";

const backSchema = z.string().max(2_000).startsWith("/").or(z.literal(""));
const haltSchema = z.strictObject({ scope: haltScopeSchema });
const limitSchema = z.strictObject({ corridor: z.string().max(100), maximum: z.string().max(20) });
const overdueSchema = z.strictObject({ corridor: z.string().max(100), stage: z.string().max(20) });
const nothingElse = z.strictObject({});

/** One thing out of a path; a wrong one is a page that is not there. */
function fromPath<T extends z.ZodType>(request: Request, name: string, schema: T): z.output<T> {
  const read = schema.safeParse(request.params[name]);
  if (read.success) return read.data;
  throw new ProblemError("not-found", "there is nothing of this id");
}

type CarryOut = (
  request: Request,
  act: { readonly order: Order; readonly fields: ReadonlyMap<string, string> },
) => Promise<Notice>;

/** The forms that do something: each from an operator, with a reason, into the audit log, and back to its page. */
export function actRoutes(context: ServiceContext, directory: Participants): Router {
  const router = Router();
  const act = (path: string, carryOut: CarryOut) =>
    router
      .route(path)
      .post(async (request, response) => {
        const { order, fields } = await readOrder(request, response);
        const rest = new Map(fields);
        const back = parseForm(
          z.object({ back: backSchema.default("") }),
          new Map([...fields].filter(([name]) => name === "back")),
        );
        rest.delete("back");
        const done = await carryOut(request, { order, fields: rest });
        context.signals.wake("audit");
        leadBack(response, back.back, done);
      })
      .all(refuseOtherMethods("POST"));
  const readWallet = (request: Request): ParticipantId => {
    const id = String(request.params["participant"]) as ParticipantId;
    if (directory.get(id)?.kind === "wallet") return id;
    throw new ProblemError("not-found", "there is no wallet of this id");
  };

  act("/halts", async (_request, { order, fields }) => {
    const { scope } = parseForm(haltSchema, fields);
    await context.halts.halt(scope as HaltScope, order.reason, order.by);
    return "halted";
  });
  act("/halts/lift", async (_request, { order, fields }) => {
    const { scope } = parseForm(haltSchema, fields);
    if (await context.halts.lift(scope as HaltScope, order)) return "lifted";
    throw new ProblemError("not-found", "nothing of this scope is halted");
  });
  act("/limits", async (_request, { order, fields }) => {
    const { corridor, maximum: value } = parseForm(limitSchema, fields);
    const currency = corridor.slice(0, 3);
    const dailyMaximum = value === "" ? null : { value, currency };
    await orderSendLimit(context, { corridor, dailyMaximum }, order);
    return dailyMaximum ? "limited" : "unlimited";
  });
  act("/cases/:id/resolve", async (request, { order, fields }) => {
    parseForm(nothingElse, fields);
    await resolveCase(context, fromPath(request, "id", uuidSchema), order);
    return "resolved";
  });
  act("/batches/retry-overdue", async (_request, { order, fields }) => {
    const { corridor, stage } = parseForm(overdueSchema, fields);
    await retryOverdue(context, { corridorId: corridor as CorridorId, stage }, order);
    return "retried";
  });
  act("/batches/:batchId/park", async (request, { order }) => {
    await parkOne(context, fromPath(request, "batchId", batchIdSchema), order);
    return "parked";
  });
  act("/batches/:batchId/retry", async (request, { order }) => {
    await retryOne(context, fromPath(request, "batchId", batchIdSchema), order);
    return "retried";
  });
  act("/webhooks/:participant/:endpoint/redeliver-dead", async (request, { order }) => {
    const id = fromPath(request, "endpoint", uuidSchema);
    await redeliverDead(context, { participantId: readWallet(request), id }, order);
    return "redelivered";
  });
  act("/webhooks/:participant/:endpoint/:delivery/redeliver", async (request, { order }) => {
    const id = fromPath(request, "endpoint", uuidSchema);
    const deliveryId = fromPath(request, "delivery", uuidSchema);
    await redeliverOne(context, { participantId: readWallet(request), id, deliveryId }, order);
    return "redelivered";
  });
  act("/participants/:participant/keys/:keyId/revoke", async (request, { order }) => {
    const keyId = fromPath(request, "keyId", requestKeyIdSchema);
    const key = { participantId: readWallet(request), keyId };
    await revokeRequestKey(context, key, { ...order, mayEndLast: true });
    return "revoked";
  });
  return router;
}
