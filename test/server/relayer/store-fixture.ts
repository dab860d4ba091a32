import { randomUUID } from "node:crypto";
import { hexlify, randomBytes } from "ethers";
import { sql } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId, QuoteHash, Signature } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "../../../server/relayer/store/open-database.ts";
import { type NewBatch, placingOf } from "../../../server/relayer/store/orders.ts";
import { insertQuotesWithRoom } from "../../../server/relayer/store/quotes.ts";
import { type NewTransfer, storingOf } from "../../../server/relayer/store/transfers.ts";
import { insertWholesaleQuote } from "../../../server/relayer/store/wholesale-quotes.ts";

export const PARTICIPANT = "harbour-wallet" as ParticipantId;
export const CORRIDOR = "HKD-PHP:harbour-wallet:island-wallet" as CorridorId;
export const ADDRESS = `0x${"11".repeat(20)}` as never;

export const newHash = () => hexlify(randomBytes(32));
export const SIGNATURE = `0x${"22".repeat(65)}` as Signature;

/** A bank's quote with room for `maxSend`, far from lapsing, as it is before it is stored. */
export function newWholesaleQuote(maxSend: bigint, validUntil = 2_000_000_000n) {
  return {
    quoteHash: newHash() as QuoteHash,
    corridorId: CORRIDOR,
    quote: {
      bank: ADDRESS,
      payer: ADDRESS,
      payee: ADDRESS,
      sendToken: ADDRESS,
      receiveToken: ADDRESS,
      rate: 7_000_000_000_000n as never,
      maxSend: minorUnits(maxSend),
      validUntil,
      settleUntil: validUntil + 100n,
      returnUntil: validUntil + 200n,
      salt: 1n,
    },
    signature: SIGNATURE,
    rateMajor: "7",
    midRate: { value: "7.1", source: "ECB", date: "2024-10-11" },
  };
}

/** A wholesale quote with room for `maxSend`, far from lapsing. */
export async function storeWholesaleQuote(db: Db, maxSend: bigint): Promise<QuoteHash> {
  const wholesale = newWholesaleQuote(maxSend);
  await insertWholesaleQuote(db, wholesale);
  return wholesale.quoteHash;
}

/** A user's quote of 100 minor units, as it is before it is stored. */
export function newQuote(quoteHash: QuoteHash, expiresAt = new Date(Date.now() + 60_000)) {
  return {
    id: randomUUID(),
    participant_id: PARTICIPANT,
    corridor_id: CORRIDOR,
    quote_hash: quoteHash,
    fixed_side: "send" as const,
    send_minor: 100n,
    receive_minor: 700n,
    fees: [],
    creditor_account: { type: "mobile" as const, value: "+639171234567" },
    masked_name: "M***",
    screening: { listVersion: "test", result: "clear" as const },
    expires_at: expiresAt,
  };
}

/** An unused quote of a user. */
export async function storeQuote(db: Db, quoteHash: QuoteHash, expiresAt?: Date) {
  const quote = newQuote(quoteHash, expiresAt);
  await insertQuotesWithRoom(db, [quote]);
  return quote.id;
}

/** A batch's only transfer, of 100 minor units, as it is before it is stored. */
export function newTransfer(batchId: BatchId, quoteId: string): NewTransfer {
  return {
    participantId: PARTICIPANT,
    batchId,
    index: 0,
    uetr: randomUUID() as Uetr,
    quoteId,
    commitment: newHash(),
    sendMinor: 100n,
    receiveMinor: 700n,
    details: {} as never,
    salt: newHash(),
  };
}

/** A batch of some transfers of 100 minor units each, as it is before it is stored. */
export function newBatch(quoteHash: QuoteHash, count: number) {
  const sendTotal = 100n * BigInt(count);
  return {
    batch_id: newHash() as BatchId,
    participant_id: PARTICIPANT,
    corridor_id: CORRIDOR,
    quote_hash: quoteHash,
    idempotency_key: randomUUID(),
    request_hash: newHash(),
    message: JSON.stringify({ root: newHash(), quoteHash, sendTotal: `${sendTotal}`, count }),
    signature: SIGNATURE,
    send_total: sendTotal,
    count,
    valid_until: 2_000_000_000n,
    settle_until: 2_000_000_100n,
  };
}

/** Stores batches as orders are stored. */
export async function insertBatches(db: Db, batches: readonly NewBatch[]): Promise<void> {
  await placingOf(batches).execute(db);
}

/** Stores transfers of batches that are there, as orders' are stored; answers how many were new. */
export async function insertTransfers(db: Db, transfers: readonly NewTransfer[]): Promise<number> {
  const batchIds = transfers.map(({ batchId }) => batchId);
  const { rows } = await sql<{ count: number }>`
    with placed as (select batch_id from batches where batch_id = any(${batchIds}::text[])),
      ${storingOf(transfers)}
    select count(*)::int as count from stored`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Accepted batches of one transfer each, due for reservation. */
export async function storeBatches(db: Db, count: number): Promise<BatchId[]> {
  const quoteHash = await storeWholesaleQuote(db, 10n ** 12n);
  const batchIds: BatchId[] = [];
  for (let index = 0; index < count; index++) {
    const quoteId = await storeQuote(db, quoteHash);
    const batch = newBatch(quoteHash, 1);
    await insertBatches(db, [batch]);
    await insertTransfers(db, [newTransfer(batch.batch_id, quoteId)]);
    batchIds.push(batch.batch_id);
  }
  return batchIds;
}
