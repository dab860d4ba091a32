import type { ParticipantId } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { WireQuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import { findQuote, type StoredQuote } from "../store/quotes.ts";

const amountOf = (minor: bigint, currency: string) => ({
  value: formatAmount(minorUnits(minor), currency),
  currency,
});

/** The bank's promise that a quote is priced from, as the book keeps it. */
interface QuoteSource {
  readonly message: WireQuoteMessage;
  readonly signature: string;
  readonly rate_major: string;
  readonly mid_rate: { readonly value: string; readonly source: string; readonly date: string };
}

/** A stored quote as wallets see it. */
export function quoteToAnswer(
  context: ServiceContext,
  row: StoredQuote,
  source: QuoteSource,
): WireQuoteAnswer {
  const { sendCurrency, receiveCurrency } = knownCorridor(context, row.corridor_id);
  const fees = row.fees.map(({ type, minor }) => ({ type, minor: BigInt(minor) }));
  const total = fees.reduce((sum, fee) => sum + fee.minor, row.send_minor);
  return {
    id: row.id,
    corridor: row.corridor_id,
    fixedSide: row.fixed_side,
    sendAmount: amountOf(row.send_minor, sendCurrency),
    receiveAmount: amountOf(row.receive_minor, receiveCurrency),
    rate: source.rate_major,
    midRate: source.mid_rate,
    fees: fees.map(({ type, minor }) => ({ type, amount: amountOf(minor, sendCurrency) })),
    totalDebit: amountOf(total, sendCurrency),
    recipient: { maskedName: row.masked_name },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    signedQuote: {
      chainId: context.network.chainId.toString(),
      corridorContract: context.network.corridor,
      quote: source.message,
      quoteHash: row.quote_hash,
      signature: source.signature,
    },
  };
}

/** A wallet's quote, with the bank's signed promise. A foreign id looks like a missing one. */
export async function readQuote(
  context: ServiceContext,
  participantId: ParticipantId,
  id: string,
): Promise<WireQuoteAnswer> {
  const row = await findQuote(context.db, { id, participantId });
  if (!row) throw new ProblemError("not-found", "there is no quote of this id");
  const source = { ...row, message: row.wholesale_message, signature: row.wholesale_signature };
  return quoteToAnswer(context, row, source);
}
