import { type Request, type Response, Router } from "express";
import type { Uetr } from "../../../../protocol/wire/primitives.ts";
import { batchRequestSchema } from "../../../../protocol/wire/relayer.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { validate } from "../../../foundation/http/validate.ts";
import { awaitOutcome } from "../../services/await-outcome.ts";
import { tellOutcomes } from "../../services/tell-outcomes.ts";
import { leaveTheDoor, takeInHand } from "../at-the-door.ts";
import { readCaller } from "../idempotency.ts";
import { readWait } from "../read-wait.ts";
import type { Ordering } from "./transfers.ts";

const BODY_LIMIT = 2 * 1024 * 1024;

const LINES = "application/x-ndjson";

const wantsLines = (request: Request) => request.accepts(["application/json", LINES]) === LINES;

/** One line for each transfer, as its outcome becomes known. A reader that goes is told no more. */
async function answerLines(response: Response, lines: AsyncIterable<unknown>): Promise<void> {
  response.status(200).type(LINES);
  response.flushHeaders();
  for await (const line of lines) {
    if (response.destroyed) return;
    response.write(`${JSON.stringify(line)}\n`);
  }
  response.end();
}

/** `POST /batches`: up to 500 transfers under one signature. */
export function batchRoutes(ordering: Ordering): Router {
  const { acceptBatch, outcomes, door } = ordering;
  /** Keeps nothing of the order but its first transfer's name. */
  async function accept(request: Request, response: Response) {
    const caller = readCaller(request, response);
    const order = validate(batchRequestSchema, request.body);
    const uetr = order.transfers[0]?.details.uetr ?? ("" as Uetr);
    const accepted = await acceptBatch(caller, order);
    leaveTheDoor(request, response);
    return { ...accepted, uetr };
  }
  const router = Router();
  router
    .route("/batches")
    .post(...takeInHand(door, BODY_LIMIT), async (request, response) => {
      const { batchId, replayed, uetr } = await accept(request, response);
      if (replayed) response.setHeader("Idempotency-Replayed", "true");
      const timeoutMs = readWait(request);
      const isGone = () => response.destroyed;
      if (wantsLines(request)) {
        const waiting = { batchId, timeoutMs, isGone };
        await answerLines(response, tellOutcomes(outcomes, waiting));
        return;
      }
      const waiting = { batchId, uetr, timeoutMs, fresh: !replayed, isGone };
      const waited = await awaitOutcome(outcomes, waiting);
      response.status(waited.decided ? 200 : 202).json({ batchId, transfers: waited.transfers });
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
