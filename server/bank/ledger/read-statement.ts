import type { WireStatement } from "../../../protocol/wire/bank.ts";
import type { LedgerAccount } from "./chart.ts";
import type { BankDatabase } from "./open-ledger.ts";
import { accountNameToWire, onOwnSide, signedAmount } from "./read-accounts.ts";

/** One UTC day as Unix seconds: `from` is in it, `to` is not. */
export interface Day {
  readonly date: string;
  readonly from: bigint;
  readonly to: bigint;
}

const SECONDS_PER_DAY = 86_400n;
const LINES_PER_PAGE = 1_000;

/** The day of an ISO 8601 date, in UTC. */
export function dayOf(date: string): Day {
  const from = BigInt(Date.parse(`${date}T00:00:00Z`)) / 1_000n;
  return { date, from, to: from + SECONDS_PER_DAY };
}

/**
 * One account's day: what stood on it before, each entry in the order of booking, and what stood on it
 * after. Sums are positive on the account's own side. `after` is the entry that ended the last page.
 */
export function readStatement(
  db: BankDatabase,
  account: LedgerAccount,
  page: { readonly day: Day; readonly after: number },
): WireStatement {
  const { day, after } = page;
  const amount = (minor: bigint) => signedAmount(onOwnSide(minor, account), account);
  const rows = db
    .prepare(
      `select seq, kind, reference, booked_at, block_number, transaction_hash, amount
       from postings join entries on seq = entry_seq
       where account_id = ? and booked_at >= ? and booked_at < ? and seq > ?
       order by seq limit ?`,
    )
    .all(account.id, day.from, day.to, after, LINES_PER_PAGE + 1);
  const lines = rows.slice(0, LINES_PER_PAGE).map((row) => ({
    entry: Number(row["seq"]),
    kind: String(row["kind"]),
    reference: String(row["reference"]),
    bookedAt: new Date(Number(row["booked_at"]) * 1_000).toISOString(),
    amount: amount(row["amount"] as bigint),
    ...(row["block_number"] !== null && {
      chain: {
        transactionHash: String(row["transaction_hash"]),
        blockNumber: Number(row["block_number"]),
      },
    }),
  }));
  const next = rows.length > LINES_PER_PAGE ? lines.at(-1)?.entry : undefined;
  return {
    account: accountNameToWire(account),
    date: day.date,
    opening: amount(sumBefore(db, account, day.from)),
    lines,
    closing: amount(sumBefore(db, account, day.to)),
    ...(next !== undefined && { next }),
  };
}

/** What stood on an account before a moment, debit positive. */
export function sumBefore(db: BankDatabase, account: LedgerAccount, moment: bigint): bigint {
  const row = db
    .prepare(
      `select coalesce(sum(amount), 0) as total from postings join entries on seq = entry_seq
       where account_id = ? and booked_at < ?`,
    )
    .get(account.id, moment);
  return row?.["total"] as bigint;
}
