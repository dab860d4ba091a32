import {
  commitOrEach,
  createGroupCommit,
  type End,
  resultOf,
} from "../../foundation/process/group-commit.ts";
import { isDatabaseUnavailable } from "../../foundation/storage/database-errors.ts";
import type { Database } from "../store/open-database.ts";
import { insertQuotesWithRoom, type StoredQuote } from "../store/quotes.ts";

/**
 * Stores quotes out of one bank quote and takes room there for all of them; answers false, and stores nothing, when the
 * room does not suffice.
 */
export type QuoteStore = (quotes: readonly StoredQuote[]) => Promise<boolean>;

/** Requests of one statement. */
const GROUP_LIMIT = 100;
const NOT_STORED: End<boolean> = { status: "fulfilled", value: false };

/** Several requests share one statement if the room is enough for all of them. */
async function storeTogether(
  db: Database,
  requests: readonly (readonly StoredQuote[])[],
): Promise<boolean[] | undefined> {
  const stored = await insertQuotesWithRoom(db, requests.flat());
  return stored || requests.length === 1 ? requests.map(() => stored) : undefined;
}

/**
 * Quotes of requests that come together are stored together. All of them want the one row that counts what the bank has
 * promised: one by one, each would wait there for the commit of the one before. Those that cannot be stored together are
 * stored each by itself.
 */
export function createQuoteStore(db: Database): QuoteStore {
  const store = createGroupCommit(async (requests: readonly (readonly StoredQuote[])[]) => {
    const ends = new Map<readonly StoredQuote[], End<boolean>>();
    for (const group of Map.groupBy(requests, ([first]) => first?.quote_hash).values()) {
      const together = (some: readonly (readonly StoredQuote[])[]) => storeTogether(db, some);
      const groupEnds = await commitOrEach(group, together, isDatabaseUnavailable);
      for (const [index, request] of group.entries())
        ends.set(request, groupEnds[index] ?? NOT_STORED);
    }
    return requests.map((request) => ends.get(request) ?? NOT_STORED);
  }, GROUP_LIMIT);
  return async (quotes) => resultOf(await store(quotes));
}
