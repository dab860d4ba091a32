import type { Brand } from "../../../protocol/brand.ts";
import { type CurrencyCode, currencyOf } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";

/** "vostro:0x…:HKD" or "cash:HKD". */
export type LedgerAccountId = Brand<string, "LedgerAccountId">;

/**
 * What the bank owes a holder, by where it stands. The last three mirror the chain to the unit, for the
 * bank's own holdings too:
 * - `vostro`: fiat deposit at this bank
 * - `tokens`: tokenised deposit in the holder's own account on chain
 * - `position`: tokenised deposit in the corridor, free
 * - `reserved`: tokenised deposit held in the corridor for a reserved batch
 */
export const HOLDER_BOOKS = ["vostro", "tokens", "position", "reserved"] as const;
export type HolderBook = (typeof HOLDER_BOOKS)[number];

/**
 * The bank's own accounts, one of each per currency:
 * - `cash`: its account at the central bank or a correspondent (its nostro)
 * - `own-deposits`: its claim on itself, for the tokenised deposits it holds
 * - `fx-position`: credit is long in the currency, debit is short, valued at the mid rate of each deal
 * - `margin-income`: what the mid rate was worth more than the quoted one
 * - `rounding-residue`: fractions of minor units that rounding left with the bank
 * - `capital`: what the owners paid in
 */
export const OWN_BOOKS = [
  "cash",
  "own-deposits",
  "fx-position",
  "margin-income",
  "rounding-residue",
  "capital",
] as const;
export type OwnBook = (typeof OWN_BOOKS)[number];

/** One account of the chart, in one currency. */
export interface LedgerAccount {
  readonly id: LedgerAccountId;
  readonly book: HolderBook | OwnBook;
  readonly holder: Address | undefined;
  readonly currency: CurrencyCode;
}

/** A holder's account in one of the holder books. */
export function holderAccount(
  book: HolderBook,
  owner: { readonly holder: Address; readonly currency: CurrencyCode },
): LedgerAccount {
  const { holder, currency } = owner;
  return { id: `${book}:${holder}:${currency}` as LedgerAccountId, book, holder, currency };
}

/** One of the bank's own accounts. */
export function ownAccount(book: OwnBook, currency: CurrencyCode): LedgerAccount {
  return { id: `${book}:${currency}` as LedgerAccountId, book, holder: undefined, currency };
}

/** The side on which an account's balance is shown as positive. */
export function sideOf(book: string): "debit" | "credit" {
  return book === "cash" || book === "own-deposits" ? "debit" : "credit";
}

/** A stored row as an account. */
export function accountFromRow(row: Record<string, unknown>): LedgerAccount {
  return {
    id: String(row["id"]) as LedgerAccountId,
    book: String(row["book"]) as HolderBook | OwnBook,
    holder: row["holder"] === null ? undefined : (String(row["holder"]) as Address),
    currency: currencyOf(String(row["currency"])).code,
  };
}
