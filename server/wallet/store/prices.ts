import type { DatabaseSync } from "node:sqlite";

/** A price that a user was shown. */
export interface Price {
  /** The quote's id at the relayer. */
  readonly id: string;
  /** Canonical JSON of what it is a price of. */
  readonly wanted: string;
  /** JSON of the whole quote, with the bank's signature. */
  readonly answer: string;
  readonly expires_at: string;
}

/** Remembers a price, and forgets those that lapsed without being paid. */
export function insertPrice(db: DatabaseSync, { id, wanted, answer, expires_at }: Price): void {
  const now = new Date().toISOString();
  db.prepare("delete from prices where paid_by is null and expires_at < ?").run(now);
  db.prepare("insert into prices (id, wanted, answer, expires_at) values (?, ?, ?, ?)").run(
    id,
    wanted,
    answer,
    expires_at,
  );
}

/** A price that was shown, by the id of its quote. */
export function findPrice(db: DatabaseSync, id: string): Price | undefined {
  const row = db.prepare("select id, wanted, answer, expires_at from prices where id = ?").get(id);
  return row as unknown as Price | undefined;
}

/** Uses a price up; false when a payment has before. Call it in the commit that stores the payment. */
export function usePrice(db: DatabaseSync, id: string, uetr: string): boolean {
  const { changes } = db
    .prepare("update prices set paid_by = ? where id = ? and paid_by is null")
    .run(uetr, id);
  return Number(changes) === 1;
}
