/**
 * A name as lists are compared: without diacritics, case, punctuation and order of words, so that
 * "José PÉREZ-García" and "Garcia, Jose Perez" are one.
 */
export function normaliseName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .sort()
    .join(" ");
}
