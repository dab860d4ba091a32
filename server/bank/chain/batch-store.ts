import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { Legs } from "./settlement-postings.ts";

/** A batch under one of the bank's quotes, as the chain has it. */
export interface StoredBatch {
  readonly batchId: string;
  readonly quoteHash: string;
  readonly held: Legs;
}

/** Remembers a reservation. Call inside the commit that books it. */
export function insertBatch(db: BankDatabase, { batchId, quoteHash, held }: StoredBatch): void {
  db.prepare("insert into batches values (?, ?, ?, ?, 'reserved')").run(
    batchId,
    quoteHash,
    held.send,
    held.receive,
  );
}

/** A batch under one of the bank's quotes, or undefined for another bank's. */
export function findBatch(db: BankDatabase, batchId: string): StoredBatch | undefined {
  const row = db.prepare("select * from batches where batch_id = ?").get(batchId);
  if (row === undefined) return undefined;
  const held = { send: row["send_held"] as bigint, receive: row["receive_held"] as bigint };
  return { batchId, quoteHash: String(row["quote_hash"]), held };
}

/** Closes a reserved batch. @throws if it is not reserved: the chain closes each once. */
export function closeBatch(db: BankDatabase, batchId: string, status: "settled" | "expired"): void {
  const { changes } = db
    .prepare("update batches set status = ? where batch_id = ? and status = 'reserved'")
    .run(status, batchId);
  if (Number(changes) !== 1) throw new Error(`batch ${batchId} was closed before`);
}
