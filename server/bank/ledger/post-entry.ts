import type { LedgerAccount } from "./chart.ts";
import type { BankDatabase } from "./open-ledger.ts";

/** Why money moved. */
export type EntryKind =
  | "capital"
  | "fiat-in"
  | "issue"
  | "redemption"
  | "payout"
  | "token-transfer"
  | "deposit"
  | "withdrawal"
  | "reservation"
  | "settlement"
  | "expiry"
  | "return";

/** Where on the chain an entry was read. */
export interface ChainReference {
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/** What an entry says besides its postings. */
export interface EntryHeader {
  readonly kind: EntryKind;
  /** Names the one fact that is booked, such as a chain event: a second entry from it is refused. */
  readonly source: string;
  /** The id that the outside knows: a batch, funding or redemption. */
  readonly reference: string;
  /** Unix seconds: the block's clock for what the chain says, the bank's for the rest. */
  readonly bookedAt: bigint;
  readonly chain?: ChainReference;
}

/** One line of an entry, in the account's currency. */
export interface Posting {
  readonly account: LedgerAccount;
  /** Minor units; positive is a debit. */
  readonly amount: bigint;
}

/** A line on an account's debit side, in minor units. */
export function debit(account: LedgerAccount, minor: bigint): Posting {
  return { account, amount: minor };
}

/** A line on an account's credit side, in minor units. */
export function credit(account: LedgerAccount, minor: bigint): Posting {
  return { account, amount: -minor };
}

/** What is owed moves from one liability account to another. */
export function move(minor: bigint, side: { from: LedgerAccount; to: LedgerAccount }): Posting[] {
  return [debit(side.from, minor), credit(side.to, minor)];
}

/** The entry would break the ledger; nothing of it is stored. */
export class UnbalancedEntryError extends Error {
  override readonly name = "UnbalancedEntryError";
}

/**
 * Books one entry. Must run inside `inOneCommit`, with whatever else the fact changes.
 * Lines of nothing are left out, lines on one account are added up.
 *
 * @throws UnbalancedEntryError unless debits equal credits in every currency.
 * @throws if an entry from the same source exists, or a sum leaves 64 bits.
 */
export function postEntry(
  db: BankDatabase,
  header: EntryHeader,
  postings: readonly Posting[],
): void {
  const lines = sumByAccount(postings);
  assertBalanced(header, lines);
  if (lines.length === 0) return;
  const { lastInsertRowid } = db
    .prepare(
      `insert into entries (source, kind, reference, booked_at, block_number, transaction_hash)
       values (?, ?, ?, ?, ?, ?)`,
    )
    .run(
      header.source,
      header.kind,
      header.reference,
      header.bookedAt,
      header.chain?.blockNumber ?? null,
      header.chain?.transactionHash ?? null,
    );
  const addToBalance = db.prepare(
    `insert into accounts (id, book, holder, currency, balance) values (?, ?, ?, ?, ?)
     on conflict (id) do update set balance = balance + excluded.balance`,
  );
  const addPosting = db.prepare(
    "insert into postings (account_id, entry_seq, amount) values (?, ?, ?)",
  );
  for (const { account, amount } of lines) {
    const { id, book, holder, currency } = account;
    addToBalance.run(id, book, holder ?? null, currency, amount);
    addPosting.run(id, lastInsertRowid, amount);
  }
}

function sumByAccount(postings: readonly Posting[]): Posting[] {
  const sums = new Map<string, Posting>();
  for (const { account, amount } of postings) {
    const before = sums.get(account.id)?.amount ?? 0n;
    sums.set(account.id, { account, amount: before + amount });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n);
}

function assertBalanced(header: EntryHeader, lines: readonly Posting[]): void {
  const totals = new Map<string, bigint>();
  for (const { account, amount } of lines) {
    totals.set(account.currency, (totals.get(account.currency) ?? 0n) + amount);
  }
  for (const [currency, total] of totals) {
    if (total !== 0n) {
      throw new UnbalancedEntryError(
        `${header.kind} ${header.source}: debits exceed credits by ${total} ${currency} minor units`,
      );
    }
  }
}
