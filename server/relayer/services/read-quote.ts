import type { ParticipantId } from "../../../protocol/corridor.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireQuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import { findQuote } from "../store/quotes.ts";

const amountOf = (minor: bigint, currency: string) => ({
  value: formatAmount(minorUnits(minor), currency),
  currency,
});

/** A wallet's quote, with the bank's signed promise. A foreign id looks like a missing one. */
export async function readQuote(
  context: ServiceContext,
  participantId: ParticipantId,
  id: string,
): Promise<WireQuoteAnswer> {
  const row = await findQuote(context.db, { id, participantId });
  if (!row) throw new ProblemError("not-found", "there is no quote of this id");
  const { sendCurrency, receiveCurrency } = knownCorridor(context, row.corridor_id);
  const fees = row.fees.map(({ type, minor }) => ({ type, minor: BigInt(minor) }));
  const total = fees.reduce((sum, fee) => sum + fee.minor, row.send_minor);
  return {
    id: row.id,
    corridor: row.corridor_id,
    fixedSide: row.fixed_side,
    sendAmount: amountOf(row.send_minor, sendCurrency),
    receiveAmount: amountOf(row.receive_minor, receiveCurrency),
    rate: row.rate_major,
    midRate: row.mid_rate,
    fees: fees.map(({ type, minor }) => ({ type, amount: amountOf(minor, sendCurrency) })),
    totalDebit: amountOf(total, sendCurrency),
    recipient: { maskedName: row.masked_name },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    signedQuote: {
      chainId: context.network.chainId.toString(),
      corridorContract: context.network.corridor,
      quote: row.wholesale_message,
      quoteHash: row.quote_hash,
      signature: row.wholesale_signature,
    },
  };
}
