import { Router } from "express";
import type { Uetr } from "../../../../protocol/wire/primitives.ts";
import { batchRequestSchema } from "../../../../protocol/wire/relayer.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { awaitOutcome } from "../../services/await-outcome.ts";
import { readCaller } from "../idempotency.ts";
import { readWait } from "../read-wait.ts";
import type { Ordering } from "./transfers.ts";

const BODY_LIMIT = 2 * 1024 * 1024;

/** `POST /batches`: up to 500 transfers under one signature. */
export function batchRoutes(context: ServiceContext, ordering: Ordering): Router {
  const { acceptBatch, changes } = ordering;
  const router = Router();
  router
    .route("/batches")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const caller = readCaller(request, response);
      const order = validate(batchRequestSchema, request.body);
      const { batchId, replayed } = await acceptBatch(caller, order);
      const { participantId } = caller;
      const uetr = order.transfers[0]?.details.uetr ?? ("" as Uetr);
      const timeoutMs = readWait(request);
      const waiting = { participantId, batchId, uetr, timeoutMs, fresh: !replayed };
      const waited = await awaitOutcome(context, changes, waiting);
      if (replayed) response.setHeader("Idempotency-Replayed", "true");
      response.status(waited.decided ? 200 : 202).json({ batchId, transfers: waited.transfers });
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
