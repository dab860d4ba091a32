import type { DatabaseSync } from "node:sqlite";

/** One line of the wallet's books: `account` is one of its own books, or "users" for any user's account. */
export interface JournalLine {
  readonly entry: number;
  readonly kind: string;
  /** The UETR, or what else the booking is about. */
  readonly reference: string;
  readonly account: string;
  /** Signed minor units: positive raises what the wallet owes the account. */
  readonly amountMinor: string;
}

/** A page of the journal; `next` is the `after` of the one that follows, when there is one. */
export interface JournalPage {
  readonly lines: readonly JournalLine[];
  readonly next?: number;
}

const LINES_PER_PAGE = 5_000;

/** Every booking in order, for reconciliation: the lines of one reference add up to what it moved. */
export function readJournal(db: DatabaseSync, page: { readonly after: number }): JournalPage {
  const rows = db
    .prepare(
      `select position, kind, reference, amount,
         case when phone is null then account else 'users' end as account
       from entries join accounts on accounts.id = account
       where position > ? order by position limit ?`,
    )
    .all(page.after, LINES_PER_PAGE + 1);
  const lines = rows.slice(0, LINES_PER_PAGE).map((row) => ({
    entry: Number(row["position"]),
    kind: String(row["kind"]),
    reference: String(row["reference"]),
    account: String(row["account"]),
    amountMinor: String(row["amount"]),
  }));
  const next = rows.length > LINES_PER_PAGE ? lines.at(-1)?.entry : undefined;
  return { lines, ...(next !== undefined && { next }) };
}
