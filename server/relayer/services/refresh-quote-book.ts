import type { Corridor } from "../../../protocol/corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { WholesaleQuote } from "../ports/bank.ts";
import type { ServiceContext } from "../service-context.ts";
import { findBestQuote, insertWholesaleQuote } from "../store/wholesale-quotes.ts";

/** Time to get a batch into a block once its user's quote has lapsed, in seconds of the chain's clock. */
export const INCLUSION_SECONDS = 20n;
/** A wholesale quote is replaced when a user's quote out of it would have less than this to spare. */
const REFRESH_SECONDS = 30n;

/** The chain time until which a wholesale quote must hold for a user's quote made now. */
export function neededUntil(corridor: Corridor, timestamp: bigint): bigint {
  return timestamp + BigInt(corridor.quoteLifeSeconds) + INCLUSION_SECONDS;
}

/**
 * Asks the bank for a new wholesale quote where the book's best one has little life or room left. Life is
 * counted on the chain's clock, on which the bank's promise runs.
 */
export async function refreshQuote(
  context: ServiceContext,
  corridor: Corridor,
): Promise<WholesaleQuote> {
  const quote = await context.bank.quote(corridor);
  await insertWholesaleQuote(context.db, quote);
  return quote;
}

/** Keeps a fresh quote in the book for each open corridor, so that users do not wait for the bank. */
export async function refreshQuoteBook(context: ServiceContext): Promise<void> {
  const { timestamp } = await context.chain.finalBlock();
  for (const corridor of context.corridors.values()) {
    if (corridor.status !== "open") continue;
    const until = neededUntil(corridor, timestamp) + REFRESH_SECONDS;
    const best = await findBestQuote(context.db, { corridorId: corridor.id, until });
    if (best) continue;
    await refreshQuote(context, corridor).catch((error) => {
      const code = error instanceof ProblemError ? error.code : "internal";
      context.log.warn({ corridor: corridor.id, code }, "no wholesale quote");
    });
  }
}
