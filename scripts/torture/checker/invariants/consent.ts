import { commitmentTo } from "../../../../protocol/commitment.ts";
import { batchIdOf } from "../../../../protocol/messages.ts";
import type { Transfer } from "../../../../protocol/wire/relayer.ts";
import {
  type QuoteAnswer,
  quoteAnswerSchema,
  transferRequestSchema,
} from "../../../../protocol/wire/relayer.ts";
import { type Evidence, type Invariant, minorOf } from "../evidence.ts";
import type { ReservedBatch } from "../read-chain.ts";

/** A rate's scale: receive minor units per send minor unit x 10^12. Stated here again, and computed with here alone. */
const RATE_UNIT = 10n ** 12n;

/** What the sending wallet signed, as it went over the wire. */
interface Signed {
  readonly batchId: string;
  readonly uetr: string;
  readonly commitment: string;
  readonly sendMinor: bigint;
  readonly receiveMinor: bigint;
}

function signedOrders({ history, network }: Evidence): Map<string, Signed> {
  const orders = new Map<string, Signed>();
  for (const { method, path, request } of history.exchanges) {
    if (method !== "POST" || path !== "/v1/transfers") continue;
    const order = transferRequestSchema.safeParse(request);
    if (!order.success) continue;
    const { batch, details, salt } = order.data;
    const deployment = { chainId: network.chainId, corridor: network.corridor };
    orders.set(details.uetr, {
      batchId: batchIdOf(deployment, batch),
      uetr: details.uetr,
      commitment: commitmentTo(details, salt),
      sendMinor: minorOf(details.instructedAmount),
      receiveMinor: minorOf(details.creditedAmount),
    });
  }
  return orders;
}

/** Every quote that a relayer gave, by its hash, and by its hash and amounts. */
function givenQuotes({ history }: Evidence): Map<string, QuoteAnswer> {
  const quotes = new Map<string, QuoteAnswer>();
  for (const { method, path, answer } of history.exchanges) {
    if (method !== "POST" || path !== "/v1/quotes") continue;
    const quote = quoteAnswerSchema.safeParse(answer);
    if (!quote.success) continue;
    const { signedQuote, sendAmount, receiveAmount } = quote.data;
    quotes.set(signedQuote.quoteHash, quote.data);
    const amounts = `${minorOf(sendAmount)} ${minorOf(receiveAmount)}`;
    quotes.set(`${signedQuote.quoteHash} ${amounts}`, quote.data);
  }
  return quotes;
}

/** The one amount that follows from the other: rounded down for who gets it, up for who pays it. */
function isExact(quote: QuoteAnswer, send: bigint, receive: bigint): boolean {
  const { rate } = quote.signedQuote.quote;
  if (quote.fixedSide === "send") return receive === (send * rate) / RATE_UNIT;
  return send === (receive * RATE_UNIT + rate - 1n) / rate;
}

function againstQuote(
  reserved: ReservedBatch,
  line: { readonly send: bigint; readonly receive: bigint },
  quotes: ReadonlyMap<string, QuoteAnswer>,
): string[] {
  const given = quotes.get(`${reserved.quoteHash} ${line.send} ${line.receive}`);
  const any = given ?? quotes.get(reserved.quoteHash);
  // A quote whose answer was lost on the wire was never used by the wallet.
  if (!any) return ["was reserved under a quote that nobody was given"];
  const { quote } = any.signedQuote;
  const found: string[] = [];
  if (!given) found.push("was reserved in amounts that were never quoted");
  else if (!isExact(given, line.send, line.receive)) found.push("is not rounded as published");
  if (quote.payer !== reserved.payer || quote.payee !== reserved.payee)
    found.push("has others as parties");
  if (reserved.timestamp >= quote.validUntil) found.push("was reserved after the quote had lapsed");
  return found;
}

function check(
  evidence: Evidence,
  transfer: Transfer,
  facts: { orders: ReadonlyMap<string, Signed>; quotes: ReadonlyMap<string, QuoteAnswer> },
): string[] {
  const { uetr, batchId, index } = transfer;
  const signed = facts.orders.get(uetr);
  if (!signed) return [`${uetr} was never signed on the wire`];
  const found: string[] = [];
  if (signed.batchId !== batchId) found.push("has another batch than was signed");
  const amounts = [minorOf(transfer.sendAmount), minorOf(transfer.receiveAmount)];
  if (amounts[0] !== signed.sendMinor || amounts[1] !== signed.receiveMinor) {
    found.push("has other amounts than were signed");
  }
  const batch = evidence.chain.batches.get(batchId);
  const [reserved] = batch?.reserved ?? [];
  const line = reserved?.lines[index];
  if (reserved && line) {
    if (line.commitment !== signed.commitment) found.push("commits to other details on chain");
    if (line.send !== signed.sendMinor || line.receive !== signed.receiveMinor) {
      found.push("has other amounts on chain than were signed");
    }
    found.push(...againstQuote(reserved, line, facts.quotes));
    const { settleUntil } = facts.quotes.get(reserved.quoteHash)?.signedQuote.quote ?? {};
    const late = batch?.settled.some(
      ({ timestamp }) => timestamp >= (settleUntil ?? timestamp + 1n),
    );
    if (late) found.push("was settled after its hold had ended");
  }
  return found.map((what) => `${uetr} ${what}`);
}

/**
 * I12: parties, amounts, details and quote are those that were signed and quoted on the wire, the amounts rounded once
 * as published, computed here anew; reserved before the quote lapsed, settled before the hold ended.
 */
export const signedIntentHonoured: Invariant = (evidence) => {
  const facts = { orders: signedOrders(evidence), quotes: givenQuotes(evidence) };
  return evidence.transfers.flatMap((transfer) => check(evidence, transfer, facts));
};
