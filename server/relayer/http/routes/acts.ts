import { type Request, Router } from "express";
import type { ParticipantId, Participants } from "../../../../protocol/corridor.ts";
import type { BatchId } from "../../../../protocol/messages.ts";
import {
  keyOrderSchema,
  orderSchema,
  sendLimitRequestSchema,
} from "../../../../protocol/wire/operations.ts";
import { batchIdSchema } from "../../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { parkOne, readBatch, retryOne } from "../../services/batch-acts.ts";
import { addRequestKey, readRequestKeys, revokeRequestKey } from "../../services/request-keys.ts";
import { orderSendLimit, readSendLimits } from "../../services/send-limits.ts";
import { readKeyId } from "./keys.ts";

const BODY_LIMIT = 16 * 1024;

function readBatchId(request: Request): BatchId {
  const id = batchIdSchema.safeParse(request.params["batchId"]);
  if (id.success) return id.data;
  throw new ProblemError("id-format", "a batch's id is 32 bytes of lower-case hex");
}

/** `/batches/{batchId}`: how a batch stands in the queue, parking it, and trying it again. */
export function batchActRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/batches/:batchId")
    .get(async (request, response) => {
      response.json(await readBatch(context, readBatchId(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  for (const [act, carryOut] of [
    ["park", parkOne],
    ["retry", retryOne],
  ] as const) {
    router
      .route(`/batches/:batchId/${act}`)
      .post(strictJson(BODY_LIMIT), async (request, response) => {
        const order = validate(orderSchema, request.body);
        response.json(await carryOut(context, readBatchId(request), order));
      })
      .all(refuseOtherMethods("POST"));
  }
  return router;
}

/** `/limits`: what a corridor's payer may send in a day. */
export function limitRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/limits")
    .get(async (_request, response) => {
      response.json(await readSendLimits(context));
    })
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const { by, reason, ...limit } = validate(sendLimitRequestSchema, request.body);
      response.json(await orderSendLimit(context, limit, { by, reason }));
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  return router;
}

/** `/participants/{id}/keys`: an operator's hand on the keys that a participant signs its requests with. */
export function keyActRoutes(context: ServiceContext, directory: Participants): Router {
  const readParticipant = (request: Request): ParticipantId => {
    const company = directory.get(request.params["id"] as ParticipantId);
    if (company?.kind === "wallet") return company.id;
    throw new ProblemError("not-found", "there is no wallet of this id");
  };
  const router = Router();
  router
    .route("/participants/:id/keys")
    .get(async (request, response) => {
      response.json(await readRequestKeys(context, readParticipant(request)));
    })
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const order = validate(keyOrderSchema, request.body);
      response.status(201).json(await addRequestKey(context, readParticipant(request), order));
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/participants/:id/keys/:keyId/revoke")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const order = validate(orderSchema, request.body);
      const participantId = readParticipant(request);
      const key = { participantId, keyId: readKeyId(request.params["keyId"]) };
      await revokeRequestKey(context, key, { ...order, mayEndLast: true });
      response.json(await readRequestKeys(context, participantId));
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
