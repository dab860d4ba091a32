import type { Address } from "../../../protocol/messages.ts";
import { findQuoteTerms } from "../fx/quote-store.ts";
import type { LedgerAccount } from "../ledger/chart.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";
import type { Posting } from "../ledger/post-entry.ts";
import { accountNameToWire, onOwnSide, signedAmount } from "../ledger/read-accounts.ts";
import { type Day, sumBefore } from "../ledger/read-statement.ts";
import { findBatch, type StoredBatch } from "./batch-store.ts";
import {
  releasePostings,
  reservationPostings,
  settlementPostings,
  type Terms,
} from "./settlement-postings.ts";

/** One transfer's part of an entry on an account, or the whole of an entry that is about none. */
interface Item {
  /** Of the batch, as on chain. The bank never learns a UETR: batch and index are its name for a transfer. */
  readonly batchId?: string;
  readonly index?: number;
  /** Minor units, debit positive. */
  readonly amount: bigint;
}

/** A batch has up to 500 transfers: so few entries keep a page within what callers read. */
const ENTRIES_PER_PAGE = 20;
const NOTHING = { send: 0n, receive: 0n };

/** What one transfer of a batch did in an entry of a kind. */
function postingsOf(kind: string, terms: Terms, batch: StoredBatch, index: number): Posting[] {
  const item = batch.items[index] ?? NOTHING;
  switch (kind) {
    case "reservation":
      return reservationPostings(terms, item);
    case "settlement": {
      const settled = batch.rejected.includes(index) ? NOTHING : item;
      return settlementPostings(terms, { held: item, settled });
    }
    case "expiry":
      return releasePostings(terms, item);
    default:
      return [];
  }
}

/**
 * An entry's amount on an account, transfer by transfer. What is rounded once for the whole batch (margin, residue)
 * cannot be told apart and stays one item, so that items always add up to their entry.
 */
function itemsOf(
  books: { readonly db: BankDatabase; readonly bank: Address },
  account: LedgerAccount,
  entry: { readonly kind: string; readonly reference: string; readonly amount: bigint },
): Item[] {
  const [batchId = "", returned] = entry.reference.split(":");
  const batch = findBatch(books.db, batchId);
  const terms = batch && findQuoteTerms(books, batch.quoteHash);
  if (!batch || !terms) return [{ amount: entry.amount }];
  if (returned !== undefined) return [{ batchId, index: Number(returned), amount: entry.amount }];
  const items = batch.items.map((_, index) => ({
    batchId,
    index,
    amount: postingsOf(entry.kind, terms, batch, index)
      .filter((posting) => posting.account.id === account.id)
      .reduce((sum, { amount }) => sum + amount, 0n),
  }));
  const total = items.reduce((sum, { amount }) => sum + amount, 0n);
  if (total !== entry.amount) return [{ batchId, amount: entry.amount }];
  return items.filter(({ amount }) => amount !== 0n);
}

/**
 * One account's day, transfer by transfer, for whoever compares it item by item: what stood on it before, every item in
 * the order of booking, and what stood on it after. `after` is the entry that ended the last page.
 */
export function readItems(
  books: { readonly db: BankDatabase; readonly bank: Address },
  account: LedgerAccount,
  page: { readonly day: Day; readonly after: number },
) {
  const { db } = books;
  const { day, after } = page;
  const amount = (minor: bigint) => signedAmount(onOwnSide(minor, account), account);
  const rows = db
    .prepare(
      `select seq, kind, reference, booked_at, transaction_hash, amount
       from postings join entries on seq = entry_seq
       where account_id = ? and booked_at >= ? and booked_at < ? and seq > ?
       order by seq limit ?`,
    )
    .all(account.id, day.from, day.to, after, ENTRIES_PER_PAGE + 1);
  const shown = rows.slice(0, ENTRIES_PER_PAGE);
  const items = shown.flatMap((row) => {
    const [kind, reference] = [String(row["kind"]), String(row["reference"])];
    const hash = row["transaction_hash"];
    const parts = itemsOf(books, account, { kind, reference, amount: row["amount"] as bigint });
    return parts.map((part) => ({
      entry: Number(row["seq"]),
      kind,
      ...(part.batchId === undefined ? { reference } : { batchId: part.batchId }),
      ...(part.index !== undefined && { index: part.index }),
      amount: amount(part.amount),
      bookedAt: new Date(Number(row["booked_at"]) * 1_000).toISOString(),
      ...(hash !== null && { transactionHash: String(hash) }),
    }));
  });
  const last = rows.length > ENTRIES_PER_PAGE ? shown.at(-1) : undefined;
  return {
    account: accountNameToWire(account),
    date: day.date,
    opening: amount(sumBefore(db, account, day.from)),
    items,
    closing: amount(sumBefore(db, account, day.to)),
    ...(last && { next: Number(last["seq"]) }),
  };
}
