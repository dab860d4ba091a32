import type { BookedItem, Break } from "../../../protocol/reconciliation.ts";

type Side = "left" | "right";

interface Waiting {
  readonly item: BookedItem;
  readonly side: Side;
  /** When it was first seen here, in milliseconds of the monotonic clock. */
  readonly since: number;
}

/** Matches two streams of booked items, each item as soon as both have come. */
export interface ItemMatcher {
  add(side: Side, items: readonly BookedItem[], now: number): Break[];
  /** Items of one side that have waited for the other since before a moment; they are kept until `drop`. */
  overdue(before: number): { readonly side: Side; readonly item: BookedItem }[];
  drop(item: BookedItem): void;
}

const idOf = ({ key, currency }: BookedItem) => `${key} ${currency}`;
/** Pairs that have matched are remembered, so that a repetition is told from a first; the oldest are forgotten. */
const MAX_MATCHED = 200_000;

/** Holds in memory what waits for its other half, and no more than the last matches. */
export function createItemMatcher(): ItemMatcher {
  const waiting = new Map<string, Waiting>();
  const matched = new Set<string>();

  function remember(id: string): void {
    matched.add(id);
    if (matched.size <= MAX_MATCHED) return;
    for (const oldest of matched) {
      matched.delete(oldest);
      return;
    }
  }

  function addOne(side: Side, item: BookedItem, now: number): Break[] {
    const id = idOf(item);
    const other = waiting.get(id);
    const { key, currency, amountMinor } = item;
    if (matched.has(id) || other?.side === side) {
      // The same movement once more on one side: whatever its amount, it is one too many.
      const [leftMinor, rightMinor] = side === "left" ? [amountMinor, 0n] : [0n, amountMinor];
      const kind = side === "left" ? "missing-right" : "missing-left";
      return [{ kind, key: `${key} (repeated)`, currency, leftMinor, rightMinor }];
    }
    if (other === undefined) {
      waiting.set(id, { item, side, since: now });
      return [];
    }
    waiting.delete(id);
    remember(id);
    if (other.item.amountMinor === amountMinor) return [];
    const otherMinor = other.item.amountMinor;
    const [leftMinor, rightMinor] =
      side === "left" ? [amountMinor, otherMinor] : [otherMinor, amountMinor];
    return [{ kind: "amounts-differ", key, currency, leftMinor, rightMinor }];
  }

  return {
    add: (side, items, now) => items.flatMap((item) => addOne(side, item, now)),
    overdue: (before) =>
      [...waiting.values()]
        .filter(({ since }) => since < before)
        .map(({ side, item }) => ({ side, item })),
    drop(item) {
      waiting.delete(idOf(item));
    },
  };
}
