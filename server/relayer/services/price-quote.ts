import { v7 as uuidV7 } from "uuid";
import { type Corridor, type ParticipantId, sendLimits } from "../../../protocol/corridor.ts";
import { feesFor } from "../../../protocol/fees.ts";
import { formatAmount, type MinorUnits, parseAmount } from "../../../protocol/money.ts";
import { type Rate, receiveFor, sendFor } from "../../../protocol/rate.ts";
import type { QuoteRequest } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { StoredQuote } from "../store/quotes.ts";
import type { BookQuote } from "../store/wholesale-quotes.ts";
import type { CheckedRecipient } from "./check-recipient.ts";
import { INCLUSION_SECONDS } from "./refresh-quote-book.ts";

interface Priced {
  readonly send: MinorUnits;
  readonly receive: MinorUnits;
}

/** Both amounts at a rate, the fixed side exact, rounded once (see rate.ts). */
function price(request: QuoteRequest, corridor: Corridor, rate: Rate): Priced {
  const fixedCurrency =
    request.fixedSide === "send" ? corridor.sendCurrency : corridor.receiveCurrency;
  if (request.amount.currency !== fixedCurrency) {
    throw new ProblemError("currency", `the ${request.fixedSide} side is in ${fixedCurrency}`, {
      pointer: "/amount/currency",
      remedy: `state the amount in ${fixedCurrency}, or fix the other side`,
    });
  }
  const fixed = parseFixedAmount(request);
  return request.fixedSide === "send"
    ? { send: fixed, receive: receiveFor({ send: fixed, rate }) }
    : { send: sendFor({ receive: fixed, rate }), receive: fixed };
}

/** The amount that a request fixes; a refusal names its field. */
export function parseFixedAmount({ amount }: QuoteRequest): MinorUnits {
  try {
    return parseAmount(amount.value, amount.currency);
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { field: "/amount/value" });
    throw error;
  }
}

function assertWithinLimits(corridor: Corridor, { send }: Priced): void {
  const { minimum, maximum } = sendLimits(corridor);
  if (send >= minimum && send <= maximum) return;
  const text = (minor: MinorUnits) => formatAmount(minor, corridor.sendCurrency);
  throw new ProblemError("limit-exceeded", "the amount is outside the corridor's limits", {
    pointer: "/amount/value",
    remedy: `send between ${text(minimum)} and ${text(maximum)} ${corridor.sendCurrency}`,
  });
}

/** What users' quotes are priced from: a bank's promise, its rate as it is signed, and the chain's clock. */
export interface QuoteSource {
  readonly best: BookQuote;
  readonly rate: Rate;
  readonly timestamp: bigint;
}

/** A user's quote out of one wholesale quote, as it is stored. @throws ProblemError when the amount is outside the limits. */
export function priceQuote(
  asked: { participantId: ParticipantId; request: QuoteRequest; corridor: Corridor },
  recipient: CheckedRecipient,
  source: QuoteSource,
): StoredQuote {
  const { request, corridor, participantId } = asked;
  const { best, rate, timestamp } = source;
  const { send, receive } = price(request, corridor, rate);
  assertWithinLimits(corridor, { send, receive });
  const fees = feesFor({ schedule: corridor.fees, send, currency: corridor.sendCurrency });
  const lifeSeconds = Math.min(
    corridor.quoteLifeSeconds,
    Number(best.valid_until - timestamp - INCLUSION_SECONDS),
  );
  const created = Date.now();
  return {
    // In the order of time, so that an index of millions grows at one place and not at a random one for each.
    id: uuidV7(),
    participant_id: participantId,
    corridor_id: corridor.id,
    quote_hash: best.quote_hash,
    fixed_side: request.fixedSide,
    send_minor: send,
    receive_minor: receive,
    fees: fees.map(({ type, minor }) => ({ type, minor: minor.toString() })),
    creditor_account: request.creditor.account,
    masked_name: recipient.maskedName,
    screening: { listVersion: recipient.listVersion, result: "clear" },
    created_at: new Date(created),
    expires_at: new Date(created + lifeSeconds * 1_000),
    used_by: null,
    released: false,
  };
}
