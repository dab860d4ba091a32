import { sortFew } from "../../../protocol/sort-few.ts";

/** Has no diacritics. */
const ASCII = /^[ -~]*$/;

/**
 * A name as lists are compared: without diacritics, case, punctuation and order of words, so that
 * "José PÉREZ-García" and "Garcia, Jose Perez" are one.
 */
export function normaliseName(name: string): string {
  const bare = ASCII.test(name) ? name : name.normalize("NFKD").replace(/\p{M}/gu, "");
  const words = bare.toUpperCase().split(/[^\p{L}\p{N}]+/u);
  return sortFew(words.filter((word) => word !== "")).join(" ");
}
