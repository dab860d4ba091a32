import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import { sendLimits } from "../../../protocol/corridor.ts";
import { feesFor } from "../../../protocol/fees.ts";
import { formatAmount, type MinorUnits, parseAmount } from "../../../protocol/money.ts";
import { type Rate, receiveFor, sendFor } from "../../../protocol/rate.ts";
import { quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { quoteRequestSchema, WireQuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { openCorridor, type ServiceContext } from "../service-context.ts";
import { insertQuoteWithRoom, type StoredQuote } from "../store/quotes.ts";
import { findBestQuote } from "../store/wholesale-quotes.ts";
import { assertNotPaused } from "./open-corridors.ts";
import { quoteToAnswer } from "./read-quote.ts";
import { INCLUSION_SECONDS, neededUntil, refreshQuote } from "./refresh-quote-book.ts";

export type QuoteRequest = z.output<typeof quoteRequestSchema>;

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

function parseFixedAmount({ amount }: QuoteRequest): MinorUnits {
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

/** No corridor leads from a wallet to itself: that is its own book's business. */
function assertTwoParties(id: string): void {
  const [, payer, payee] = id.split(":");
  if (payer === undefined || payer !== payee) return;
  throw new ProblemError("same-party", "payer and payee are one wallet", {
    pointer: "/corridor",
    remedy: "choose one of GET /v1/corridors",
  });
}

/** The one answer for unknown, closed and ineligible recipients: a look-up tells a stranger nothing. */
const payeeUnavailable = () =>
  new ProblemError("payee-unavailable", "the recipient cannot be paid in this corridor", {
    pointer: "/creditor/account",
    remedy: "check the recipient's account with the recipient",
  });

async function lookUpAndScreen(context: ServiceContext, corridor: Corridor, request: QuoteRequest) {
  const { account } = request.creditor;
  const { proxyType, pattern } = corridor.payeeAccount;
  if (account.type !== proxyType || !new RegExp(pattern).test(account.value)) {
    throw new ProblemError("account-format", "the account is not in the corridor's form", {
      pointer: "/creditor/account/value",
      remedy: `give a ${proxyType} number like ${pattern}`,
    });
  }
  const payee = await context.participants.lookup(corridor.payee, {
    corridor: corridor.id,
    account,
  });
  if (!payee.eligible) throw payeeUnavailable();
  const names = [request.debtor.name, payee.screeningName];
  if (request.creditor.name !== undefined) names.push(request.creditor.name);
  const { clear, listVersion } = await context.screening.screen(names);
  if (!clear) {
    throw new ProblemError("screening-hit", "the payment cannot be made", {
      remedy: "ask the operator's compliance desk",
    });
  }
  return { maskedName: payee.maskedName, listVersion };
}

type BookQuote = NonNullable<Awaited<ReturnType<typeof findBestQuote>>>;

/** The row of a user's quote out of one wholesale quote. */
function toRow(
  asked: { participantId: ParticipantId; request: QuoteRequest; corridor: Corridor },
  recipient: { maskedName: string; listVersion: string },
  source: { best: BookQuote; timestamp: bigint },
): StoredQuote {
  const { request, corridor, participantId } = asked;
  const { best, timestamp } = source;
  const { send, receive } = price(request, corridor, quoteMessageSchema.parse(best.message).rate);
  assertWithinLimits(corridor, { send, receive });
  const fees = feesFor({ schedule: corridor.fees, send, currency: corridor.sendCurrency });
  const lifeSeconds = Math.min(
    corridor.quoteLifeSeconds,
    Number(best.valid_until - timestamp - INCLUSION_SECONDS),
  );
  const created = Date.now();
  return {
    id: randomUUID(),
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

/**
 * Prices a payment for a wallet: looks the recipient up, screens both names, checks limits, takes room in the quote
 * book, asking the bank once more when nothing there serves. Refusals store nothing and hold no room.
 */
export async function createQuote(
  context: ServiceContext,
  participantId: ParticipantId,
  request: QuoteRequest,
): Promise<WireQuoteAnswer> {
  assertTwoParties(request.corridor);
  const corridor = openCorridor(context, request.corridor);
  if (corridor.payer !== participantId) {
    throw new ProblemError("corridor-closed", "there is no open corridor of this id", {
      pointer: "/corridor",
      remedy: "choose one of GET /v1/corridors",
    });
  }
  await assertNotPaused(context, corridor);
  // Amounts are checked before anybody is asked: a bad request costs the payee and the bank nothing.
  parseFixedAmount(request);
  const recipient = await lookUpAndScreen(context, corridor, request);
  const { timestamp } = await context.chain.finalBlock();
  const until = neededUntil(corridor, timestamp);
  for (let attempt = 0; attempt < 2; attempt++) {
    const best = await findBestQuote(context.db, { corridorId: corridor.id, until });
    if (best) {
      const asked = { participantId, request, corridor };
      const row = toRow(asked, recipient, { best, timestamp });
      if (await insertQuoteWithRoom(context.db, row)) return quoteToAnswer(context, row, best);
    }
    await refreshQuote(context, corridor);
  }
  throw new ProblemError("liquidity-unavailable", "no bank has room for this amount now", {
    retryAfterSeconds: 5,
  });
}
