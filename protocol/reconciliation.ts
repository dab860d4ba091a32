/** One movement as one side's books have it. */
export interface BookedItem {
  /** What it is about, in words that both sides share: a transfer or a batch, and what happened to it. */
  readonly key: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** How two sides' books differ. */
export type BreakKind = "missing-left" | "missing-right" | "amounts-differ";

export interface Break {
  readonly kind: BreakKind;
  readonly key: string;
  readonly currency: string;
  readonly leftMinor: bigint;
  readonly rightMinor: bigint;
}

const idOf = ({ key, currency }: BookedItem) => `${key} ${currency}`;

function sumsOf(items: readonly BookedItem[]): Map<string, BookedItem> {
  const sums = new Map<string, BookedItem>();
  for (const item of items) {
    const id = idOf(item);
    const amountMinor = (sums.get(id)?.amountMinor ?? 0n) + item.amountMinor;
    sums.set(id, { ...item, amountMinor });
  }
  return sums;
}

function kindOf(left: BookedItem | undefined, right: BookedItem | undefined): BreakKind {
  if (left === undefined) return "missing-left";
  return right === undefined ? "missing-right" : "amounts-differ";
}

/**
 * Compares two sides' books item by item. What stands twice on one side differs in its amount, so that a repeated
 * movement is never taken for one. Items that sum to nothing count as absent.
 */
export function findBreaks(left: readonly BookedItem[], right: readonly BookedItem[]): Break[] {
  const [lefts, rights] = [sumsOf(left), sumsOf(right)];
  const ids = new Set([...lefts.keys(), ...rights.keys()]);
  return [...ids].flatMap((id): Break[] => {
    const [one, other] = [lefts.get(id), rights.get(id)];
    const leftMinor = one?.amountMinor ?? 0n;
    const rightMinor = other?.amountMinor ?? 0n;
    const item = one ?? other;
    if (leftMinor === rightMinor || item === undefined) return [];
    const { key, currency } = item;
    return [{ kind: kindOf(one, other), key, currency, leftMinor, rightMinor }];
  });
}
