import type { DatabaseSync } from "node:sqlite";
import type { Book } from "./ledger.ts";

/** One movement of money between the wallet's users and the corridor: one transfer, or its going back. */
export interface StatementItem {
  readonly entry: number;
  /** `payment`, `refund`, `credit` or `return`. */
  readonly kind: string;
  readonly uetr: string;
  readonly batchId: string;
  readonly index: number;
  /** Signed minor units: positive went into the corridor, negative came out of it. */
  readonly amountMinor: bigint;
  readonly bookedAt: string;
}

/** A page of one UTC day; `next` is the `after` of the page that follows, when there is one. */
export interface StatementPage {
  readonly openingMinor: bigint;
  readonly items: readonly StatementItem[];
  readonly closingMinor: bigint;
  readonly next?: number;
}

/** What is under way in the corridor: every transfer goes through this book, in or out. */
const CORRIDOR: Book = "transit";
const ITEMS_PER_PAGE = 1_000;

function sumBefore(db: DatabaseSync, moment: string): bigint {
  const row = db
    .prepare(
      "select coalesce(sum(amount), 0) as total from entries where account = ? and booked_at < ?",
    )
    .get(CORRIDOR, moment);
  return row?.["total"] as bigint;
}

/** "credit:<batch>:<index>" and the like name their transfer; a payment's own name it by its UETR. */
function transferOf(row: Record<string, unknown>): { batchId: string; index: number } {
  const [, batchId = "", index = "0"] = String(row["booking"]).split(":");
  if (row["batch_id"] === null) return { batchId, index: Number(index) };
  return { batchId: String(row["batch_id"]), index: Number(row["batch_index"]) };
}

function itemOf(row: Record<string, unknown>): StatementItem {
  return {
    entry: Number(row["position"]),
    kind: String(row["kind"]),
    uetr: String(row["reference"]),
    ...transferOf(row),
    amountMinor: row["amount"] as bigint,
    bookedAt: String(row["booked_at"]),
  };
}

/** Reads a day's movements in the order of booking. The opening balance and all items add up to the closing one. */
export function readStatement(
  db: DatabaseSync,
  page: { readonly date: string; readonly after: number },
): StatementPage {
  const from = `${page.date}T00:00:00.000Z`;
  const to = new Date(Date.parse(from) + 86_400_000).toISOString();
  const rows = db
    .prepare(
      `select e.position, e.booking, e.kind, e.reference, e.amount, e.booked_at,
         p.batch_id, p.batch_index
       from entries e left join payments p
         on p.uetr = e.reference and e.booking in ('payment:' || p.uetr, 'refund:' || p.uetr)
       where e.account = ? and e.booked_at >= ? and e.booked_at < ? and e.position > ?
       order by e.position limit ?`,
    )
    .all(CORRIDOR, from, to, page.after, ITEMS_PER_PAGE + 1);
  const items = rows.slice(0, ITEMS_PER_PAGE).map(itemOf);
  const next = rows.length > ITEMS_PER_PAGE ? items.at(-1)?.entry : undefined;
  return {
    openingMinor: sumBefore(db, from),
    items,
    closingMinor: sumBefore(db, to),
    ...(next !== undefined && { next }),
  };
}
