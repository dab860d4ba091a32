import type { DatabaseSync } from "node:sqlite";

/** The wallet's order to give one transfer back. */
export interface SignedReturn {
  readonly batchId: string;
  readonly index: number;
  readonly reason: string;
  readonly signature: string;
}

/** Returns that were signed and are not known to stand on chain. */
export function listOpenReturns(db: DatabaseSync): SignedReturn[] {
  const query = `select batch_id, batch_index, reason, signature from signed_returns
    where (batch_id, batch_index) not in (select batch_id, batch_index from ended_returns)`;
  return db
    .prepare(query)
    .all()
    .map((row) => ({
      batchId: String(row["batch_id"]),
      index: Number(row["batch_index"]),
      reason: String(row["reason"]),
      signature: String(row["signature"]),
    }));
}

/** Notes that a return stands on chain at depth, or never can: nothing is left to do for it. */
export function endSignedReturn(
  db: DatabaseSync,
  { batchId, index }: { readonly batchId: string; readonly index: number },
): void {
  const query =
    "insert into ended_returns (batch_id, batch_index) values (?, ?) on conflict do nothing";
  db.prepare(query).run(batchId, index);
}

/** Whether a return has been signed for an item. */
export function findSignedReturn(
  db: DatabaseSync,
  key: { readonly batchId: string; readonly index: number },
): boolean {
  const query = "select 1 from signed_returns where batch_id = ? and batch_index = ?";
  return db.prepare(query).get(key.batchId, key.index) !== undefined;
}

/** Keeps a signed return, in the commit that takes the money from the recipient. */
export function insertSignedReturn(db: DatabaseSync, order: SignedReturn): void {
  db.prepare(
    "insert into signed_returns (batch_id, batch_index, reason, signature) values (?, ?, ?, ?) on conflict do nothing",
  ).run(order.batchId, order.index, order.reason, order.signature);
}
