/** How the highest rate is looked for. */
export interface PeakSearch {
  /** The rate to begin with, in transfers per second. */
  readonly start: number;
  /** Each rate that is held is followed by one so many times as high, until one is not. */
  readonly growth: number;
  /** Bisection ends when the rate that failed is at most so many times the one that held. */
  readonly precision: number;
}

/** The least rate that is tried; a system that cannot hold it has no peak. */
const LEAST = 1;

/**
 * The highest rate that holds for a short time, by growing steps and then bisection; 0 when none does. `holds` tries a
 * rate.
 */
export async function searchPeak(
  search: PeakSearch,
  holds: (rate: number) => Promise<boolean>,
): Promise<number> {
  let low = 0;
  let high = search.start;
  while (await holds(high)) {
    low = high;
    high *= search.growth;
  }
  while (low > 0 ? high / low > search.precision : high > LEAST) {
    const middle = low > 0 ? (low + high) / 2 : high / search.growth;
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** At most so much of a rate is tried next when it does not hold for the whole time. */
const STEP_DOWN = 0.92;
/** A rate that held is not raised any more when the one that did not is so near. */
const NEAR = 1.1;
const HOLDS = 7;

/** What came of a rate over the whole time. */
export interface Hold<Held> {
  /** Absent when the rate was not held. */
  readonly held?: Held;
  /** What was done all the same, in transfers per second. */
  readonly perSecond: number;
}

/**
 * The highest rate at or below one that was found which holds for the whole time; undefined when none of some does. A short
 * trial may pass on what it leaves waiting. What an overload got done is tried next; where that holds, it was less than
 * there is room for, and what lies between is halved.
 */
export async function holdPeak<Held>(
  found: number,
  hold: (rate: number) => Promise<Hold<Held>>,
): Promise<Held | undefined> {
  let best: Held | undefined;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let rate = found;
  for (let turn = 0; turn < HOLDS && high / low > NEAR && rate < high; turn++) {
    const { held, perSecond } = await hold(rate);
    if (held !== undefined) {
      [best, low] = [held, rate];
      if (high === Number.POSITIVE_INFINITY) break;
    } else high = rate;
    rate = best === undefined ? Math.min(rate * STEP_DOWN, perSecond) : (low + high) / 2;
  }
  return best;
}
