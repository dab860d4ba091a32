import type { DatabaseSync } from "node:sqlite";
import type { Book } from "./ledger.ts";

/** The wallet's books in one view: what it owes its users, and its own accounts. They add up to zero. */
export interface Totals {
  readonly currency: string;
  readonly usersMinor: string;
  /** Positive: debited for payments under way; negative: credited and not yet counted against the position. */
  readonly transitMinor: string;
  readonly feesMinor: string;
  readonly fundingMinor: string;
  readonly suspenseMinor: string;
  readonly sumMinor: string;
}

/** Reads every total in one query, so that they belong together. */
export function readTotals(db: DatabaseSync, currency: string): Totals {
  const rows = db
    .prepare(
      `select case when phone is null then id else 'users' end as book, sum(balance) as balance
       from accounts group by 1`,
    )
    .all();
  const balances = new Map(rows.map((row) => [String(row["book"]), row["balance"] as bigint]));
  const of = (book: Book | "users") => (balances.get(book) ?? 0n).toString();
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0n);
  return {
    currency,
    usersMinor: of("users"),
    transitMinor: of("transit"),
    feesMinor: of("fees"),
    fundingMinor: of("funding"),
    suspenseMinor: of("suspense"),
    sumMinor: sum.toString(),
  };
}
