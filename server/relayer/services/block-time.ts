/** So few times between blocks are remembered that a chain which has become busy is soon known for it. */
const REMEMBERED = 5;

/** How long the chain takes between blocks, as this process has seen them come. */
export interface BlockTime {
  /** A block has come now. */
  note(): void;
  /**
   * The shortest of the last times between blocks; nil before there are two. A chain that makes blocks when there is something
   * for them takes longer the less there is to do: its shortest time is what it needs.
   */
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
    seconds: () => (between.length === 0 ? 0 : Math.min(...between) / 1_000),
  };
}
