import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { batchToWire } from "../../../protocol/wire/messages.ts";
import type { BatchRequest } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import {
  commitOrEach,
  createGroupCommit,
  resultOf,
} from "../../foundation/process/group-commit.ts";
import { isDatabaseUnavailable } from "../../foundation/storage/database-errors.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Database, Db } from "../store/open-database.ts";
import { insertOrders } from "../store/orders.ts";
import type { StoredQuote } from "../store/quotes.ts";
import type { NewTransfer } from "../store/transfers.ts";

/** Who asks, and under which key the request may be repeated. */
export interface Caller {
  readonly participantId: ParticipantId;
  readonly idempotencyKey: string;
  /** Rejects when the request's signature was used before: nothing is stored or told until it settles. */
  readonly admission: Promise<void>;
  /** Hash of method, path and body: another one under the same key is another request. */
  readonly requestHash: string;
}

/** A checked order, ready to be stored. */
export interface CheckedOrder {
  readonly caller: Caller;
  readonly batchId: BatchId;
  readonly request: BatchRequest;
  readonly transfers: readonly NewTransfer[];
  readonly quote: StoredQuote;
  readonly validUntil: bigint;
  readonly settleUntil: bigint;
}

/** `stored`, or what has come in between since the order was checked. */
export type StoreEnd =
  | "stored"
  | "batch-taken"
  | "quote-used"
  | "transfer-exists"
  | "limit-exceeded";

const GROUP_LIMIT = 100;

function toRow({ caller, batchId, request, quote, validUntil, settleUntil }: CheckedOrder) {
  return {
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
    valid_until: validUntil,
    settle_until: settleUntil,
  };
}

/** Signals that a commit must not happen, and why. */
class Interfered extends Error {
  readonly end: StoreEnd;
  constructor(end: StoreEnd) {
    super(end);
    this.end = end;
  }
}

/** Stores orders; throws `Interfered` unless every part of every one was new. */
async function storeAll(db: Db, orders: readonly CheckedOrder[]): Promise<void> {
  const transfers = orders.flatMap((order) => order.transfers);
  const sendings = orders.map(({ caller, quote, request }) => ({
    participantId: caller.participantId,
    corridorId: quote.corridor_id,
    sendMinor: request.batch.sendTotal,
  }));
  const inserted = await insertOrders(db, { batches: orders.map(toRow), sendings, transfers });
  if (inserted.batches !== orders.length) throw new Interfered("batch-taken");
  if (inserted.refused > 0) throw new Interfered("limit-exceeded");
  if (inserted.quotes !== transfers.length) throw new Interfered("quote-used");
  if (inserted.transfers !== transfers.length) throw new Interfered("transfer-exists");
}

async function storeTogether(db: Database, orders: readonly CheckedOrder[]): Promise<StoreEnd> {
  try {
    await inTransaction(db, (trx) => storeAll(trx, orders));
    return "stored";
  } catch (error) {
    if (error instanceof Interfered) return error.end;
    throw error;
  }
}

/**
 * Stores checked orders, those that come together in one commit. Where one of a group collides with what is stored, or
 * cannot be stored, each of them is stored on its own, so that nobody pays for another's repetition.
 */
export function createOrderStore(db: Database): (order: CheckedOrder) => Promise<StoreEnd> {
  const together = async (orders: readonly CheckedOrder[]) => {
    const end = await storeTogether(db, orders);
    return orders.length === 1 || end === "stored" ? orders.map(() => end) : undefined;
  };
  const store = createGroupCommit(
    (orders: readonly CheckedOrder[]) => commitOrEach(orders, together, isDatabaseUnavailable),
    GROUP_LIMIT,
  );
  return async (order) => resultOf(await store(order));
}

/** The refusal for an order that could not be stored. */
export function overtaken(end: Exclude<StoreEnd, "stored" | "batch-taken">): ProblemError {
  switch (end) {
    case "quote-used":
      return new ProblemError("quote-used", "a quote was used meanwhile", {
        remedy: "ask for a new quote",
      });
    case "transfer-exists":
      return new ProblemError("transfer-exists", "a transfer with this UETR exists", {
        remedy: "mint a new UETR for each transfer",
      });
    case "limit-exceeded":
      return new ProblemError("limit-exceeded", "the day's limit of the corridor is reached", {
        pointer: "/batch/sendTotal",
        remedy: "send less, or tomorrow (UTC)",
      });
  }
}
