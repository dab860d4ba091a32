import { type Address, type BatchId, batchIdOf } from "../../../protocol/messages.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import { quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { BatchRequest } from "../../../protocol/wire/relayer.ts";
import type { Block } from "../../foundation/chain/block.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import { accountOf, deploymentOf, knownCorridor, type ServiceContext } from "../service-context.ts";
import type { AskedOrder, OrderFacts, QuoteWithSource } from "../store/quotes.ts";
import { assertBatchMatches, assertDetailsMatchQuote, assertQuotesUsable } from "./check-batch.ts";
import { createLastKnown, type LastKnown } from "./last-known.ts";
import { assertNotPaused } from "./open-corridors.ts";
import { createOrderFacts } from "./order-facts.ts";
import { type Caller, type CheckedOrder, createOrderStore, overtaken } from "./store-orders.ts";

export interface Accepted {
  readonly batchId: BatchId;
  /** The request had been accepted before; nothing was done again. */
  readonly replayed: boolean;
}

/** Seconds of the chain's clock that a reservation needs before the bank's quote lapses. */
const RESERVE_SECONDS = 5n;

/** The same request under the same key is the same order; another one is refused. */
function repetitionOf(caller: Caller, earlier: OrderFacts["earlier"]): Accepted | undefined {
  if (!earlier) return undefined;
  if (earlier.requestHash === caller.requestHash) {
    return { batchId: earlier.batchId, replayed: true };
  }
  throw new ProblemError("idempotency-key-reused", "this key came with another body", {
    remedy: "use a new Idempotency-Key for a new request",
  });
}

function askedOf({ participantId, idempotencyKey }: Caller, request: BatchRequest): AskedOrder {
  const quoteIds = request.transfers.map((transfer) => transfer.quoteId);
  return { participantId, idempotencyKey, quoteIds };
}

/** The order's quotes in the order of its transfers, all usable. */
function quotesOf(request: BatchRequest, facts: OrderFacts): readonly QuoteWithSource[] {
  const byId = new Map(facts.quotes.map((quote) => [quote.id, quote]));
  const quotes = request.transfers.map(({ quoteId }) => byId.get(quoteId));
  assertQuotesUsable(quotes, request);
  return quotes as readonly QuoteWithSource[];
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

/** What the chain says that an order is judged by, asked for while the database is. */
interface ChainView {
  readonly signer: Promise<Address>;
  readonly block: Promise<Block>;
}

function readChain(context: ServiceContext, lastKnown: LastKnown, caller: Caller): ChainView {
  const account = accountOf(context, caller.participantId);
  const signer = lastKnown(account, () => context.chain.signerOf(account));
  const block = lastKnown("block", () => context.chain.finalBlock());
  // An order that is refused for another reason asks for neither: their failures are then nobody's.
  for (const reading of [signer, block]) reading.catch(() => undefined);
  return { signer, block };
}

async function assertConsent(
  context: ServiceContext,
  view: ChainView,
  request: BatchRequest,
): Promise<BatchId> {
  const batchId = batchIdOf(deploymentOf(context), request.batch);
  const { signature } = request;
  assertSignedBy({ digest: batchId, signature, signer: await view.signer, field: "/signature" });
  return batchId;
}

/** Every check of an order that needs nothing stored: amounts, tree, consent, names, time. */
async function check(
  context: ServiceContext,
  view: ChainView,
  caller: Caller,
  request: BatchRequest,
  quotes: readonly QuoteWithSource[],
): Promise<CheckedOrder> {
  const [quote] = quotes;
  if (!quote) throw new ProblemError("field-missing", "a batch has transfers");
  const { validUntil, settleUntil } = quoteMessageSchema.parse(quote.wholesale_message);
  const corridor = knownCorridor(context, quote.corridor_id);
  for (const [index, { details }] of request.transfers.entries()) {
    const pointer = `/transfers/${index}/details`;
    const own = quotes[index] ?? quote;
    const rateMajor = quote.rate_major;
    assertDetailsMatchQuote({ details, quote: own, corridor, rateMajor, pointer });
  }
  const lines = assertBatchMatches(request, quotes);
  const batchId = await assertConsent(context, view, request);
  await screenNames(context, request);
  await failpoint("C03");
  const { timestamp } = await view.block;
  if (timestamp + RESERVE_SECONDS >= validUntil) {
    throw new ProblemError("quote-invalid", "the bank's quote lapses before it could be reserved", {
      remedy: "ask for a new quote",
    });
  }
  const { participantId } = caller;
  const transfers = lines.map((line, index) => ({ ...line, participantId, batchId, index }));
  return { caller, batchId, request, transfers, quote, validUntil, settleUntil };
}

/** Nothing new is promised while reservations are halted; what was accepted before goes on. */
function assertReserving(haltedFor: string | undefined): void {
  if (haltedFor === undefined) return;
  throw new ProblemError("reservations-halted", "new transfers are not taken for now", {
    remedy: "send the same request with the same key again later",
    retryAfterSeconds: 30,
  });
}

/** Accepts signed batches. */
export type AcceptBatch = (caller: Caller, request: BatchRequest) => Promise<Accepted>;

/**
 * Accepts a signed batch: every check first, then one commit that stores it, uses its quotes up and queues it. The
 * same request under the same key is accepted once. Refusals store nothing.
 */
export function createAcceptBatch(context: ServiceContext): AcceptBatch {
  const store = createOrderStore(context.db);
  const readFacts = createOrderFacts(context.db);
  const lastKnown = createLastKnown();
  return async function acceptBatch(caller, request) {
    const view = readChain(context, lastKnown, caller);
    const [facts, haltedFor] = await Promise.all([
      readFacts(askedOf(caller, request)),
      context.halts.reasonOf("reservations"),
      caller.admission,
    ]);
    const earlier = repetitionOf(caller, facts.earlier);
    if (earlier) return earlier;
    assertReserving(haltedFor);
    const quotes = quotesOf(request, facts);
    for (const id of new Set(quotes.map((quote) => quote.corridor_id))) {
      await assertNotPaused(context, knownCorridor(context, id));
    }
    const order = await check(context, view, caller, request, quotes);
    await failpoint("C01");
    const end = await store(order);
    if (end === "stored") {
      await failpoint("C02");
      context.signals.wake("chain");
      context.signals.wake("audit");
      return { batchId: order.batchId, replayed: false };
    }
    if (end !== "batch-taken") throw overtaken(end);
    // The same key was stored between our look and our commit: its request is the first one.
    const { earlier: first } = await readFacts(askedOf(caller, request));
    const repetition = repetitionOf(caller, first);
    // Otherwise it was the same batch, under another key: its quotes are used.
    if (!repetition) throw overtaken("quote-used");
    return repetition;
  };
}
