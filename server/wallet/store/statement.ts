import type { DatabaseSync } from "node:sqlite";
import { CORRIDOR } from "./ledger.ts";

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

const ITEMS_PER_PAGE = 1_000;

/** The balance before a day, and what the day has moved, from its first entry to its last. */
function readDay(db: DatabaseSync, date: string) {
  const before = db
    .prepare("select coalesce(sum(total), 0) as total from corridor_days where day < ?")
    .get(date);
  const day = db.prepare("select * from corridor_days where day = ?").get(date);
  return {
    openingMinor: before?.["total"] as bigint,
    movedMinor: (day?.["total"] ?? 0n) as bigint,
    first: Number(day?.["first_position"] ?? 0),
    last: Number(day?.["last_position"] ?? 0),
  };
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
  const { openingMinor, movedMinor, first, last } = readDay(db, page.date);
  const rows = db
    .prepare(
      `select e.position, e.booking, e.kind, e.reference, e.amount, e.booked_at,
         p.batch_id, p.batch_index
       from entries e left join payments p
         on p.uetr = e.reference and e.booking in ('payment:' || p.uetr, 'refund:' || p.uetr)
       where e.account = ? and substr(e.booked_at, 1, 10) = ? and e.position > ? and e.position <= ?
       order by e.position limit ?`,
    )
    .all(CORRIDOR, page.date, Math.max(page.after, first - 1), last, ITEMS_PER_PAGE + 1);
  const items = rows.slice(0, ITEMS_PER_PAGE).map(itemOf);
  const next = rows.length > ITEMS_PER_PAGE ? items.at(-1)?.entry : undefined;
  return {
    openingMinor,
    items,
    closingMinor: openingMinor + movedMinor,
    ...(next !== undefined && { next }),
  };
}
