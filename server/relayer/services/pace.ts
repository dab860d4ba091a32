interface Passed {
  readonly at: number;
  readonly amount: number;
}

/** How much has passed lately, in whatever it is counted in. */
export interface Pace {
  /** Something has passed now. */
  add(amount: number): void;
  /** How much has in the last so many milliseconds, at most those that it remembers. */
  within(ms: number): number;
}

/** Remembers what passed in the last so many milliseconds. */
export function createPace(rememberedMs: number): Pace {
  const passed: Passed[] = [];
  return {
    add(amount) {
      const now = performance.now();
      passed.push({ at: now, amount });
      let old = 0;
      while ((passed[old]?.at ?? now) < now - rememberedMs) old += 1;
      if (old > 0) passed.splice(0, old);
    },
    within(ms) {
      const since = performance.now() - ms;
      return passed.reduce((sum, { at, amount }) => (at < since ? sum : sum + amount), 0);
    },
  };
}
