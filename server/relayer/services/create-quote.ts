import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import type { QuoteHash } from "../../../protocol/messages.ts";
import { quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { QuoteRequest, WireQuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { openCorridor, type ServiceContext } from "../service-context.ts";
import type { StoredQuote } from "../store/quotes.ts";
import type { BookQuote } from "../store/wholesale-quotes.ts";
import { assertAccountForm, screenRecipient } from "./check-recipient.ts";
import { assertNotPaused } from "./open-corridors.ts";
import { parseFixedAmount, priceQuote, type QuoteSource } from "./price-quote.ts";
import { quoteToAnswer } from "./read-quote.ts";
import { neededUntil, refreshQuote } from "./refresh-quote-book.ts";

/** No corridor leads from a wallet to itself: that is its own book's business. */
function assertTwoParties(id: string): void {
  const [, payer, payee] = id.split(":");
  if (payer === undefined || payer !== payee) return;
  throw new ProblemError("same-party", "payer and payee are one wallet", {
    pointer: "/corridor",
    remedy: "choose one of GET /v1/corridors",
  });
}

/** The corridor that a wallet asks a price in. @throws ProblemError when it cannot send there now. */
export async function corridorToQuote(
  context: ServiceContext,
  participantId: ParticipantId,
  id: string,
): Promise<Corridor> {
  assertTwoParties(id);
  const corridor = openCorridor(context, id);
  if (corridor.payer !== participantId) {
    throw new ProblemError("corridor-closed", "there is no open corridor of this id", {
      pointer: "/corridor",
      remedy: "choose one of GET /v1/corridors",
    });
  }
  await assertNotPaused(context, corridor);
  return corridor;
}

/** Quotes that were stored, and the one bank quote that all of them are out of. */
export interface Promised {
  readonly rows: readonly StoredQuote[];
  readonly source: BookQuote;
}

/**
 * Prices quotes out of the best bank quote that has room for all of them together, asking the bank once when none in the
 * book does. `pricing` says what is to be stored at a bank quote; what it leaves out holds no room.
 *
 * @throws ProblemError `liquidity-unavailable` when no bank has the room now.
 */
export async function promiseRoom(
  context: ServiceContext,
  corridor: Corridor,
  pricing: (source: QuoteSource) => readonly StoredQuote[],
): Promise<Promised> {
  const { timestamp } = await context.chain.finalBlock();
  const until = neededUntil(corridor, timestamp);
  // What is left of a quote that is nearly used up must not stand before others that have room.
  const tooSmall: QuoteHash[] = [];
  let asked = false;
  for (;;) {
    const need = { corridorId: corridor.id, until, except: [...tooSmall] };
    const best = await context.bestQuote(need);
    if (best) {
      const { rate } = quoteMessageSchema.parse(best.message);
      const rows = pricing({ best, rate, timestamp });
      const stored = rows.length === 0 || (await context.storeQuotes(rows));
      if (stored) return { rows, source: best };
      tooSmall.push(best.quote_hash);
    } else if (asked) {
      throw new ProblemError("liquidity-unavailable", "no bank has room for this amount now", {
        retryAfterSeconds: 5,
      });
    } else {
      await refreshQuote(context, corridor);
      asked = true;
    }
  }
}

/**
 * Prices a payment for a wallet: looks the recipient up, screens both names, checks limits, takes room in the quote
 * book. Refusals store nothing and hold no room.
 */
export async function createQuote(
  context: ServiceContext,
  participantId: ParticipantId,
  request: QuoteRequest,
): Promise<WireQuoteAnswer> {
  const corridor = await corridorToQuote(context, participantId, request.corridor);
  // Amounts are checked before anybody is asked: a bad request costs the payee and the bank nothing.
  parseFixedAmount(request);
  assertAccountForm(corridor, request);
  const query = { corridor: corridor.id, account: request.creditor.account };
  const found = await context.participants.lookup(corridor.payee, query);
  const recipient = await screenRecipient(context, request, found);
  const asked = { participantId, request, corridor };
  const { rows, source } = await promiseRoom(context, corridor, (at) => [
    priceQuote(asked, recipient, at),
  ]);
  const [row] = rows;
  if (!row) throw new Error("one quote was to be stored");
  return quoteToAnswer(context, row, source);
}
