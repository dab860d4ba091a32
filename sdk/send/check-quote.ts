import type { Corridor } from "../../protocol/corridor.ts";
import { currencyOf } from "../../protocol/currency.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type Address, quoteHashOf } from "../../protocol/messages.ts";
import { parseAmount } from "../../protocol/money.ts";
import type { Network } from "../../protocol/network.ts";
import { majorRateOf, receiveFor, sendFor } from "../../protocol/rate.ts";
import { assertSignedBy } from "../../protocol/signature.ts";
import type { QuoteAnswer, SignedQuote } from "../../protocol/wire/relayer.ts";

/** What a payer has pinned in its own configuration; nothing of it is ever taken from an answer. */
export interface PinnedCorridor {
  readonly network: Network;
  readonly corridor: Corridor;
  /** The bank's signer as the payer's own node shows it. */
  readonly bankSigner: Address;
}

/** What the user asked for. */
export interface AskedPayment {
  readonly fixedSide: "send" | "receive";
  readonly amount: { readonly value: string; readonly currency: string };
}

function refuse(detail: string, field: string): never {
  throw new ProtocolError("quote", detail, { field, remedy: "do not sign; ask for a new quote" });
}

function assertParties(signedQuote: SignedQuote, pinned: PinnedCorridor): void {
  const { network, corridor } = pinned;
  const { quote, chainId, corridorContract } = signedQuote;
  if (chainId !== network.chainId.toString() || corridorContract !== network.corridor) {
    refuse("the quote is for another chain or contract", "/signedQuote");
  }
  const banks = corridor.banks.map((bank) => network.accounts[bank]);
  const expected =
    banks.includes(quote.bank) &&
    quote.payer === network.accounts[corridor.payer] &&
    quote.payee === network.accounts[corridor.payee] &&
    quote.sendToken === network.tokens[corridor.sendCurrency] &&
    quote.receiveToken === network.tokens[corridor.receiveCurrency];
  if (!expected) refuse("the quote names other parties or tokens", "/signedQuote/quote");
}

/**
 * What a payer checks of each payment's part of an answer: both amounts, the fixed one exactly as asked and the other
 * exactly what the bank's rate makes of it, the fees and the total. Throws `quote`.
 */
export function assertAmounts(
  answer: QuoteAnswer,
  pinned: PinnedCorridor,
  asked: AskedPayment,
): void {
  const { sendCurrency, receiveCurrency } = pinned.corridor;
  const { rate } = answer.signedQuote.quote;
  const send = parseAmount(answer.sendAmount.value, sendCurrency);
  const receive = parseAmount(answer.receiveAmount.value, receiveCurrency);
  const fixed = asked.fixedSide === "send" ? answer.sendAmount : answer.receiveAmount;
  if (fixed.value !== asked.amount.value || fixed.currency !== asked.amount.currency) {
    refuse("the quote is for another amount", "/amount");
  }
  const exact =
    asked.fixedSide === "send"
      ? receive === receiveFor({ send, rate })
      : send === sendFor({ receive, rate });
  if (!exact) refuse("the amounts do not follow from the rate", "/receiveAmount");
  const scales = {
    sendScale: currencyOf(sendCurrency).scale,
    receiveScale: currencyOf(receiveCurrency).scale,
  };
  if (answer.rate !== majorRateOf(rate, scales)) {
    refuse("the rate shown is not the rate signed", "/rate");
  }
  const fees = answer.fees.reduce((sum, fee) => sum + feeMinor(fee.amount, sendCurrency), 0n);
  if (parseAmount(answer.totalDebit.value, sendCurrency) !== send + fees) {
    refuse("the total is not the amount and its fees", "/totalDebit");
  }
}

/** A fee may be zero, which no other amount may. */
function feeMinor(amount: { value: string; currency: string }, currency: string): bigint {
  if (amount.currency !== currency) refuse("a fee is in another currency", "/fees");
  return /^0(\.0+)?$/.test(amount.value) ? 0n : parseAmount(amount.value, currency);
}

/**
 * What a payer checks of the bank's part of an answer, once for all payments that it is for: the deployment, the parties,
 * and the bank's signature, against its own configuration. Throws `quote` or `consent-invalid`.
 */
export function assertBankQuote(signedQuote: SignedQuote, pinned: PinnedCorridor): void {
  assertParties(signedQuote, pinned);
  const { network } = pinned;
  const { quote, quoteHash, signature } = signedQuote;
  const digest = quoteHashOf({ chainId: network.chainId, corridor: network.corridor }, quote);
  if (digest !== quoteHash) refuse("the quote's hash is not its own", "/signedQuote/quoteHash");
  const signer = pinned.bankSigner;
  assertSignedBy({ digest, signature, signer, field: "/signedQuote/signature" });
}

/** Everything a payer checks of one payment's quote before it signs. Throws `quote` or `consent-invalid`. */
export function assertQuoteAcceptable(
  answer: QuoteAnswer,
  pinned: PinnedCorridor,
  asked: AskedPayment,
): void {
  assertBankQuote(answer.signedQuote, pinned);
  assertAmounts(answer, pinned, asked);
}
