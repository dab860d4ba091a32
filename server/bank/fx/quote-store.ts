import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { Address, Quote, QuoteHash } from "../../../protocol/messages.ts";
import type { Rate } from "../../../protocol/rate.ts";
import type { Terms } from "../chain/settlement-postings.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";

/** A quote with what the ledger needs to book its settlements. */
export interface QuoteRecord {
  readonly quoteHash: QuoteHash;
  readonly corridor: string;
  readonly quote: Quote;
  readonly sendCurrency: CurrencyCode;
  readonly receiveCurrency: CurrencyCode;
  readonly midRate: Rate;
}

/** Stores a quote; before it is handed out, so that no settlement can come for an unknown one. */
export function insertQuote(db: BankDatabase, record: QuoteRecord): void {
  const { quoteHash, corridor, quote, sendCurrency, receiveCurrency, midRate } = record;
  db.prepare("insert into quotes values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
    quoteHash,
    corridor,
    quote.payer,
    quote.payee,
    sendCurrency,
    receiveCurrency,
    quote.rate.toString(),
    midRate.toString(),
    quote.maxSend.toString(),
    quote.validUntil,
    quote.settleUntil,
    quote.returnUntil,
    quote.salt.toString(),
  );
}

/** What the bank promised in one of its quotes, or undefined if it made no such quote. */
export function findQuoteTerms(
  { db, bank }: { readonly db: BankDatabase; readonly bank: Address },
  quoteHash: string,
): Terms | undefined {
  const row = db.prepare("select * from quotes where quote_hash = ?").get(quoteHash);
  if (row === undefined) return undefined;
  return {
    bank,
    payer: String(row["payer"]) as Address,
    payee: String(row["payee"]) as Address,
    sendCurrency: String(row["send_currency"]) as CurrencyCode,
    receiveCurrency: String(row["receive_currency"]) as CurrencyCode,
    rate: BigInt(String(row["rate"])) as Rate,
    midRate: BigInt(String(row["mid_rate"])) as Rate,
  };
}
