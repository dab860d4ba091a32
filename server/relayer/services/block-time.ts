/** How many times between blocks are remembered; the median of so few forgets an idle hour with the third new block. */
const REMEMBERED = 5;

/** How long the chain takes between blocks, as this process has seen them come. */
export interface BlockTime {
  /** A block has come now. */
  note(): void;
  /** The median of the last times between blocks; nil before there are two. */
  seconds(): number;
}

/** @param now Milliseconds of a clock that never goes back. */
export function createBlockTime(now: () => number = () => performance.now()): BlockTime {
  let last: number | undefined;
  const between: number[] = [];
  return {
    note() {
      const at = now();
      if (last !== undefined) between.push(at - last);
      if (between.length > REMEMBERED) between.shift();
      last = at;
    },
    seconds() {
      const sorted = between.toSorted((a, b) => a - b);
      return (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1_000;
    },
  };
}
