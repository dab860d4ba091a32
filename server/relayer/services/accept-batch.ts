import type { ParticipantId } from "../../../protocol/corridor.ts";
import { type BatchId, batchIdOf } from "../../../protocol/messages.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import { batchToWire, quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { BatchRequest } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { accountOf, deploymentOf, knownCorridor, type ServiceContext } from "../service-context.ts";
import { findBatchByKey, insertBatch } from "../store/batches.ts";
import { findQuotes, type StoredQuote, useQuotes } from "../store/quotes.ts";
import { insertTransfers, type NewTransfer } from "../store/transfers.ts";
import { findWholesaleQuote } from "../store/wholesale-quotes.ts";
import { assertBatchMatches, assertDetailsMatchQuote, assertQuotesUsable } from "./check-batch.ts";

/** Who asks, and under which key the request may be repeated. */
export interface Caller {
  readonly participantId: ParticipantId;
  readonly idempotencyKey: string;
  /** Hash of method, path and body: another one under the same key is another request. */
  readonly requestHash: string;
}

export interface Accepted {
  readonly batchId: BatchId;
  /** The request had been accepted before; nothing was done again. */
  readonly replayed: boolean;
}

/** Seconds of the chain's clock that a reservation needs before the bank's quote lapses. */
const RESERVE_SECONDS = 5n;

async function findAccepted(
  context: ServiceContext,
  caller: Caller,
): Promise<Accepted | undefined> {
  const earlier = await findBatchByKey(context.db, caller);
  if (!earlier) return undefined;
  if (earlier.request_hash === caller.requestHash) {
    return { batchId: earlier.batch_id, replayed: true };
  }
  throw new ProblemError("idempotency-key-reused", "this key came with another body", {
    remedy: "use a new Idempotency-Key for a new request",
  });
}

async function loadQuotes(context: ServiceContext, caller: Caller, request: BatchRequest) {
  const ids = request.transfers.map((transfer) => transfer.quoteId);
  const found = await findQuotes(context.db, { ids, participantId: caller.participantId });
  const byId = new Map(found.map((quote) => [quote.id, quote]));
  const quotes = ids.map((id) => byId.get(id));
  assertQuotesUsable(quotes, request);
  return quotes;
}

/** Names may differ from the quote's: what is paid is screened, not what was asked about. */
async function screenNames(context: ServiceContext, request: BatchRequest): Promise<void> {
  const names = request.transfers.flatMap(({ details }) => [
    details.debtor.name,
    details.creditor.name,
  ]);
  const { clear } = await context.screening.screen(names);
  if (!clear) {
    throw new ProblemError("screening-hit", "the payment cannot be made", {
      remedy: "ask the operator's compliance desk",
    });
  }
}

async function assertConsent(
  context: ServiceContext,
  caller: Caller,
  request: BatchRequest,
): Promise<BatchId> {
  const batchId = batchIdOf(deploymentOf(context), request.batch);
  const signer = await context.chain.signerOf(accountOf(context, caller.participantId));
  assertSignedBy({ digest: batchId, signature: request.signature, signer, field: "/signature" });
  return batchId;
}

async function store(
  context: ServiceContext,
  caller: Caller,
  accepted: {
    readonly batchId: BatchId;
    readonly request: BatchRequest;
    readonly transfers: readonly NewTransfer[];
    readonly quote: StoredQuote;
    readonly wholesale: { readonly validUntil: bigint; readonly settleUntil: bigint };
  },
): Promise<boolean> {
  const { batchId, request, transfers, quote, wholesale } = accepted;
  return context.db.transaction().execute(async (trx) => {
    const inserted = await insertBatch(trx, {
      batch_id: batchId,
      participant_id: caller.participantId,
      corridor_id: quote.corridor_id,
      quote_hash: quote.quote_hash,
      idempotency_key: caller.idempotencyKey,
      request_hash: caller.requestHash,
      message: JSON.stringify(batchToWire(request.batch)),
      signature: request.signature,
      send_total: request.batch.sendTotal,
      count: request.batch.count,
      valid_until: wholesale.validUntil,
      settle_until: wholesale.settleUntil,
    });
    if (!inserted) return false;
    const ids = transfers.map((transfer) => transfer.quoteId);
    if ((await useQuotes(trx, { ids, batchId })) !== ids.length) {
      throw new ProblemError("quote-used", "a quote was used meanwhile", {
        remedy: "ask for a new quote",
      });
    }
    const owner = { participantId: caller.participantId, batchId };
    if ((await insertTransfers(trx, owner, transfers)) !== transfers.length) {
      throw new ProblemError("transfer-exists", "a transfer with this UETR exists", {
        remedy: "mint a new UETR for each transfer",
      });
    }
    return true;
  });
}

/**
 * Accepts a signed batch: every check first, then one commit that stores it, uses its quotes up and queues it.
 * The same request under the same key is accepted once. Refusals store nothing.
 */
export async function acceptBatch(
  context: ServiceContext,
  caller: Caller,
  request: BatchRequest,
): Promise<Accepted> {
  const earlier = await findAccepted(context, caller);
  if (earlier) return earlier;
  const quotes = await loadQuotes(context, caller, request);
  const [quote] = quotes;
  if (!quote) throw new ProblemError("field-missing", "a batch has transfers");
  const wholesale = await findWholesaleQuote(context.db, quote.quote_hash);
  const { validUntil, settleUntil } = quoteMessageSchema.parse(wholesale.message);
  const corridor = knownCorridor(context, quote.corridor_id);
  for (const [index, { details }] of request.transfers.entries()) {
    const pointer = `/transfers/${index}/details`;
    const own = quotes[index] ?? quote;
    const rateMajor = wholesale.rate_major;
    assertDetailsMatchQuote({ details, quote: own, corridor, rateMajor, pointer });
  }
  const { transfers } = assertBatchMatches(request, quotes);
  const batchId = await assertConsent(context, caller, request);
  await screenNames(context, request);
  const { timestamp } = await context.chain.finalBlock();
  if (timestamp + RESERVE_SECONDS >= validUntil) {
    throw new ProblemError("quote-invalid", "the bank's quote lapses before it could be reserved", {
      remedy: "ask for a new quote",
    });
  }
  const accepted = { batchId, request, transfers, quote, wholesale: { validUntil, settleUntil } };
  if (await store(context, caller, accepted)) {
    context.signals.wake("chain");
    return { batchId, replayed: false };
  }
  // The same key was stored between our look and our commit: its request is the first one.
  const first = await findAccepted(context, caller);
  if (first) return first;
  throw new Error("an idempotency key was taken and is gone");
}
