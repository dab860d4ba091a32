import { createGroupCommit } from "../../foundation/process/group-commit.ts";
import type { Database } from "../store/open-database.ts";
import { insertQuotesWithRoom, type StoredQuote } from "../store/quotes.ts";

/**
 * Stores quotes out of one bank quote and takes room there for all of them; answers false, and stores nothing, when the
 * room does not suffice.
 */
export type QuoteStore = (quotes: readonly StoredQuote[]) => Promise<boolean>;

/** Requests of one statement. */
const GROUP_LIMIT = 100;

/** Stores what several requests want out of one bank quote; where the room is not enough for all, each by itself. */
async function storeTogether(
  db: Database,
  requests: readonly (readonly StoredQuote[])[],
): Promise<Map<readonly StoredQuote[], boolean>> {
  if (await insertQuotesWithRoom(db, requests.flat())) {
    return new Map(requests.map((request) => [request, true]));
  }
  const ends = new Map(requests.map((request) => [request, false]));
  if (requests.length === 1) return ends;
  for (const request of requests) ends.set(request, await insertQuotesWithRoom(db, request));
  return ends;
}

/**
 * Quotes of requests that come together are stored together. All of them want the one row that counts what the bank has
 * promised: one by one, each would wait there for the commit of the one before.
 */
export function createQuoteStore(db: Database): QuoteStore {
  return createGroupCommit(async (requests: readonly (readonly StoredQuote[])[]) => {
    const ends = new Map<readonly StoredQuote[], boolean>();
    for (const group of Map.groupBy(requests, ([first]) => first?.quote_hash).values()) {
      for (const [request, end] of await storeTogether(db, group)) ends.set(request, end);
    }
    return requests.map((request) => ends.get(request) ?? false);
  }, GROUP_LIMIT);
}
