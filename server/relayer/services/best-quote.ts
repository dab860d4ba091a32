import type { CorridorId } from "../../../protocol/corridor.ts";
import type { QuoteHash } from "../../../protocol/messages.ts";
import { createGroupCommit } from "../../foundation/process/group-commit.ts";
import type { Database } from "../store/open-database.ts";
import { type BookQuote, findBestQuote } from "../store/wholesale-quotes.ts";

/** What a bank quote has to be good for. */
export interface QuoteNeed {
  readonly corridorId: CorridorId;
  /** Seconds of the chain's clock until which it has to hold. */
  readonly until: bigint;
  /** Quotes that were found too small. */
  readonly except: readonly QuoteHash[];
}

/** The best bank quote in the book for a need, or undefined. */
export type BestQuote = (need: QuoteNeed) => Promise<BookQuote | undefined>;

const GROUP_LIMIT = 500;

const nameOf = ({ corridorId, until, except }: QuoteNeed) =>
  [corridorId, until, ...except].join(" ");

/** Looks a need up once for all that ask for the same at the same time: prices are asked for by the hundred in a second. */
export function createBestQuote(db: Database): BestQuote {
  return createGroupCommit(async (needs: readonly QuoteNeed[]) => {
    const different = new Map(needs.map((need) => [nameOf(need), need]));
    const names = [...different.keys()];
    const quotes = await Promise.all(
      [...different.values()].map((need) => findBestQuote(db, need)),
    );
    return needs.map((need) => quotes[names.indexOf(nameOf(need))]);
  }, GROUP_LIMIT);
}
