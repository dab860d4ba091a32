import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import {
  deleteSearch,
  keepSearch,
  listSearches,
  type SavedSearch,
} from "../store/saved-searches.ts";

/** Searches that one operator may keep. */
const MOST = 20;

export async function readSavedSearches(
  { db }: ServiceContext,
  operator: string,
): Promise<SavedSearch[]> {
  return listSearches(db, operator);
}

/** Keeps a search under a name. `limit-exceeded` past twenty. */
export async function saveSearch(
  { db }: ServiceContext,
  operator: string,
  search: SavedSearch,
): Promise<void> {
  if (await keepSearch(db, { ...search, operator, most: MOST })) return;
  throw new ProblemError("limit-exceeded", `${MOST} searches are kept already`, {
    remedy: "forget one that is used no more",
  });
}

/** Forgets a search. `not-found` when there is none of this name. */
export async function forgetSearch(
  { db }: ServiceContext,
  operator: string,
  name: string,
): Promise<void> {
  if (await deleteSearch(db, operator, name)) return;
  throw new ProblemError("not-found", "no search is kept under this name");
}
