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
/**
 * Of so many pairs that matched last, at the least, it is remembered, so that a repetition is told from a first. One that comes
 * later waits for its other half like a first, and is reported when that is overdue; 100,000 took a tenth of a relayer's memory.
 */
const REMEMBERED = 20_000;

/**
 * Remembers ids in two sets, of which the older one is forgotten as a whole. Taking the oldest out of one set, each time that one
 * comes, passes by the places of all that were taken out before: 69 µs each were seen, on the thread that does everything.
 */
function createMemory() {
  let older = new Set<string>();
  let newer = new Set<string>();
  return {
    has: (id: string) => newer.has(id) || older.has(id),
    add(id: string): void {
      newer.add(id);
      if (newer.size < REMEMBERED) return;
      older = newer;
      newer = new Set();
    },
  };
}

/** Holds in memory what waits for its other half, and no more than the last matches. */
export function createItemMatcher(): ItemMatcher {
  const waiting = new Map<string, Waiting>();
  const matched = createMemory();

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
    matched.add(id);
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
