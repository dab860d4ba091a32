import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireLedgerAccount } from "../../../protocol/wire/bank.ts";
import { accountFromRow, type LedgerAccount, sideOf } from "./chart.ts";
import type { BankDatabase } from "./open-ledger.ts";

/** An account with what stands on it, in minor units, positive on the account's own side. */
export interface AccountBalance {
  readonly account: LedgerAccount;
  readonly balance: bigint;
}

/** What stands on an account, in minor units, positive on its own side; nothing if never used. */
export function balanceOf(db: BankDatabase, account: LedgerAccount): bigint {
  return readAccount(db, account.id)?.balance ?? 0n;
}

/** One account by its id, or undefined if nothing was ever booked on it. */
export function readAccount(db: BankDatabase, id: string): AccountBalance | undefined {
  const row = db.prepare("select * from accounts where id = ?").get(id);
  return row && fromRow(row);
}

/** Every account in use, by id. */
export function listAccounts(db: BankDatabase): AccountBalance[] {
  return db.prepare("select * from accounts order by id").all().map(fromRow);
}

/** An account as the wire carries it. */
export function accountToWire({ account, balance }: AccountBalance): WireLedgerAccount {
  return {
    ...accountNameToWire(account),
    balance: signedAmount(balance, account),
  };
}

/** An account without its balance, as the wire carries it. */
export function accountNameToWire(account: LedgerAccount): Omit<WireLedgerAccount, "balance"> {
  const { id, book, holder, currency } = account;
  return { id, book, ...(holder !== undefined && { holder }), currency, side: sideOf(book) };
}

/** A sum that may be negative, in the account's currency. */
export function signedAmount(minor: bigint, { currency }: LedgerAccount) {
  const magnitude = formatAmount(minorUnits(minor < 0n ? -minor : minor), currency);
  return { value: minor < 0n ? `-${magnitude}` : magnitude, currency };
}

/** A debit-positive sum, turned to the account's own side. */
export function onOwnSide(amount: bigint, account: LedgerAccount): bigint {
  return sideOf(account.book) === "debit" ? amount : -amount;
}

function fromRow(row: Record<string, unknown>): AccountBalance {
  const account = accountFromRow(row);
  return { account, balance: onOwnSide(row["balance"] as bigint, account) };
}
