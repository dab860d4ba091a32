import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { TRANSFER_STATES } from "../../../../protocol/transfer-state.ts";
import { type Uetr, uetrSchema } from "../../../../protocol/wire/primitives.ts";
import { batchRequestSchema, transferRequestSchema } from "../../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { createAcceptBatch } from "../../services/accept-batch.ts";
import { awaitOutcome, type Waited } from "../../services/await-outcome.ts";
import type { ChangeNotice } from "../../services/notify-changes.ts";
import { readTransfer, readTransfers } from "../../services/read-transfers.ts";
import { recallTransfer } from "../../services/recall-transfer.ts";
import { callerOf } from "../authenticate.ts";
import { readCaller } from "../idempotency.ts";

const TRANSFER_BODY_LIMIT = 64 * 1024;
const BATCH_BODY_LIMIT = 2 * 1024 * 1024;
const MAX_WAIT_SECONDS = 30;
const PAGE_LIMIT = 200;

/** RFC 7240: how long the caller would like to wait for the outcome, in milliseconds. */
function readWait(request: Request): number {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*(\d{1,3})/.exec(request.get("prefer") ?? "") ?? [];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1_000;
}

const querySchema = z.strictObject({
  state: z.enum(TRANSFER_STATES).optional(),
  cursor: z.string().max(200).optional(),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .optional(),
});

function readQuery(request: Request) {
  const query = querySchema.safeParse(request.query);
  if (!query.success || (query.data.limit ?? 0) > PAGE_LIMIT) {
    throw new ProblemError("query", `the query takes state, cursor and limit (1 to ${PAGE_LIMIT})`);
  }
  const { state, cursor, limit = 50 } = query.data;
  return { limit, ...(state && { state }), ...(cursor !== undefined && { cursor }) };
}

function readUetr(request: Request) {
  const uetr = uetrSchema.safeParse(request.params["uetr"]);
  if (uetr.success) return uetr.data;
  throw new ProblemError("id-format", "a transfer's id is a lower-case UUID v4");
}

/** 200 once the payee has answered for everything, 202 while it has not. */
function answerAccepted(response: Response, waited: Waited, body: unknown, replayed: boolean) {
  if (replayed) response.setHeader("Idempotency-Replayed", "true");
  response.status(waited.decided ? 200 : 202).json(body);
}

/** `POST /transfers`, `POST /batches`, `GET /transfers`, `GET /transfers/{uetr}`, its recall. */
export function transferRoutes(context: ServiceContext, changes: ChangeNotice): Router {
  const router = Router();
  const acceptBatch = createAcceptBatch(context);

  router.post("/transfers", strictJson(TRANSFER_BODY_LIMIT), async (request, response) => {
    const caller = readCaller(request, response);
    const { batch, signature, ...transfer } = validate(transferRequestSchema, request.body);
    const order = { batch, signature, transfers: [transfer] };
    const { batchId, replayed } = await acceptBatch(caller, order);
    const { participantId } = caller;
    const { uetr } = transfer.details;
    const timeoutMs = readWait(request);
    const waiting = { participantId, batchId, uetr, timeoutMs, fresh: !replayed };
    const waited = await awaitOutcome(context, changes, waiting);
    response.location(`/v1/transfers/${uetr}`);
    answerAccepted(response, waited, waited.transfers[0], replayed);
  });

  router.post("/batches", strictJson(BATCH_BODY_LIMIT), async (request, response) => {
    const caller = readCaller(request, response);
    const order = validate(batchRequestSchema, request.body);
    const { batchId, replayed } = await acceptBatch(caller, order);
    const { participantId } = caller;
    const uetr = order.transfers[0]?.details.uetr ?? ("" as Uetr);
    const timeoutMs = readWait(request);
    const waiting = { participantId, batchId, uetr, timeoutMs, fresh: !replayed };
    const waited = await awaitOutcome(context, changes, waiting);
    answerAccepted(response, waited, { batchId, transfers: waited.transfers }, replayed);
  });

  router.get("/transfers", async (request, response) => {
    response.json(await readTransfers(context, callerOf(response), readQuery(request)));
  });

  router.get("/transfers/:uetr", async (request, response) => {
    response.json(await readTransfer(context, callerOf(response), readUetr(request)));
  });

  router.post(
    "/transfers/:uetr/recall",
    strictJson(TRANSFER_BODY_LIMIT),
    async (request, response) => {
      validate(z.strictObject({}), request.body);
      response.json(await recallTransfer(context, callerOf(response), readUetr(request)));
    },
  );
  return router;
}
