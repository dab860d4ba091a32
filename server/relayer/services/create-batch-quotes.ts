import type { Corridor, ParticipantId } from "../../../protocol/corridor.ts";
import type { QuoteRequest, WireQuoteAnswer } from "../../../protocol/wire/relayer.ts";
import { ProblemError, toProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { StoredQuote } from "../store/quotes.ts";
import { assertAccountForm, type CheckedRecipient, screenRecipient } from "./check-recipient.ts";
import { corridorToQuote, type Promised, promiseRoom } from "./create-quote.ts";
import { parseFixedAmount, priceQuote } from "./price-quote.ts";
import { quoteToAnswer } from "./read-quote.ts";

/** The quote of each payment in its place, or why there is none. */
export type BatchQuotes = readonly (WireQuoteAnswer | ProblemError)[];

/** What is known of each payment so far, in its place. */
type Places<T> = (T | ProblemError)[];

const isAnswered = <T>(place: T | ProblemError): place is T => !(place instanceof ProblemError);

/** The refusals, when there is nothing else: then neither the payee nor the bank is asked. */
function allRefused<T>(places: Places<T>): ProblemError[] | undefined {
  const refused = places.filter((place) => place instanceof ProblemError);
  return refused.length === places.length ? refused : undefined;
}

/** A refusal of one payment costs the others nothing; what is none of the catalogue's refusals fails all of them. */
function refusalOf(error: unknown): ProblemError {
  const problem = toProblemError(error);
  if (problem.code === "internal" || problem.retryable) throw error;
  return problem;
}

function eachOf<From, To>(
  places: Places<From>,
  make: (from: From, index: number) => To,
): Places<To> {
  return places.map((place, index) => {
    if (place instanceof ProblemError) return place;
    try {
      return make(place, index);
    } catch (error) {
      return refusalOf(error);
    }
  });
}

function assertOneCorridor([first, ...others]: readonly QuoteRequest[]): string {
  const at = others.findIndex(({ corridor }) => corridor !== first?.corridor);
  if (first && at === -1) return first.corridor;
  throw new ProblemError("corridor-closed", "the payments of a batch are in one corridor", {
    pointer: `/quotes/${at + 1}/corridor`,
    remedy: "ask for each corridor's quotes by themselves",
  });
}

/** Looks up, in one call, whoever is still to be paid, and screens the names. */
async function checkRecipients(
  context: ServiceContext,
  corridor: Corridor,
  places: Places<QuoteRequest>,
): Promise<Places<CheckedRecipient>> {
  const asked = places.filter(isAnswered);
  const accounts = asked.map(({ creditor }) => creditor.account);
  const found = await context.participants.lookupMany(corridor.payee, {
    corridor: corridor.id,
    accounts,
  });
  const payees = found.values();
  return Promise.all(
    places.map(async (place) => {
      if (place instanceof ProblemError) return place;
      const payee = payees.next().value ?? { eligible: false };
      return screenRecipient(context, place, payee).catch(refusalOf);
    }),
  );
}

/**
 * Prices the payments of one batch, all in one corridor and out of one bank quote, so that one signature can cover them:
 * one look-up, one promise of room, one statement. A payment that is refused costs the others nothing, stores nothing and
 * holds no room.
 */
export async function createBatchQuotes(
  context: ServiceContext,
  participantId: ParticipantId,
  requests: readonly QuoteRequest[],
): Promise<BatchQuotes> {
  const corridor = await corridorToQuote(context, participantId, assertOneCorridor(requests));
  const formed = eachOf([...requests], (request) => {
    parseFixedAmount(request);
    assertAccountForm(corridor, request);
    return request;
  });
  const unformed = allRefused(formed);
  if (unformed) return unformed;
  const recipients = await checkRecipients(context, corridor, formed);
  const unpayable = allRefused(recipients);
  if (unpayable) return unpayable;
  let priced: Places<StoredQuote> = [];
  const { source }: Promised = await promiseRoom(context, corridor, (at) => {
    priced = eachOf(recipients, (recipient, index) => {
      const request = requests[index];
      if (!request) throw new Error("each place has a request");
      return priceQuote({ participantId, request, corridor }, recipient, at);
    });
    return priced.filter(isAnswered);
  });
  return eachOf(priced, (row) => quoteToAnswer(context, row, source));
}
