import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { Legs } from "./settlement-postings.ts";

/** A batch under one of the bank's quotes, as the chain has it. */
export interface StoredBatch {
  readonly batchId: string;
  readonly quoteHash: string;
  readonly held: Legs;
  /** Each transfer's sums, in the batch's order. */
  readonly items: readonly Legs[];
  /** Indexes of the transfers that the payee rejected. */
  readonly rejected: readonly number[];
}

/** Remembers a reservation. Call inside the commit that books it. */
export function insertBatch(db: BankDatabase, batch: Omit<StoredBatch, "rejected">): void {
  const { batchId, quoteHash, held } = batch;
  const items = batch.items.map(({ send, receive }) => [String(send), String(receive)]);
  db.prepare("insert into batches values (?, ?, ?, ?, 'reserved', ?, '[]')").run(
    batchId,
    quoteHash,
    held.send,
    held.receive,
    JSON.stringify(items),
  );
}

/** Remembers that the payee rejected a transfer. Call inside the commit that follows the chain to there. */
export function addRejection(db: BankDatabase, batch: StoredBatch, index: number): void {
  const rejected = JSON.stringify([...batch.rejected, index]);
  db.prepare("update batches set rejected = ? where batch_id = ?").run(rejected, batch.batchId);
}

/** A batch under one of the bank's quotes, or undefined for another bank's. */
export function findBatch(db: BankDatabase, batchId: string): StoredBatch | undefined {
  const row = db.prepare("select * from batches where batch_id = ?").get(batchId);
  if (row === undefined) return undefined;
  const held = { send: row["send_held"] as bigint, receive: row["receive_held"] as bigint };
  const items: [string, string][] = JSON.parse(String(row["items"]));
  return {
    batchId,
    quoteHash: String(row["quote_hash"]),
    held,
    items: items.map(([send, receive]) => ({ send: BigInt(send), receive: BigInt(receive) })),
    rejected: JSON.parse(String(row["rejected"])),
  };
}

/** Closes a reserved batch. @throws if it is not reserved: the chain closes each once. */
export function closeBatch(db: BankDatabase, batchId: string, status: "settled" | "expired"): void {
  const { changes } = db
    .prepare("update batches set status = ? where batch_id = ? and status = 'reserved'")
    .run(status, batchId);
  if (Number(changes) !== 1) throw new Error(`batch ${batchId} was closed before`);
}
