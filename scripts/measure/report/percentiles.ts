/** What is said of a set of latencies, in milliseconds. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Shares within 1 s, 3 s and 60 s. */
  readonly within1s: number;
  readonly within3s: number;
  readonly within60s: number;
}

/** The value below which a share of the sorted samples lies (nearest rank). */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Summarises samples; every sample counts, the slowest too. */
export function summarise(samples: readonly number[]): Latencies {
  const sorted = [...samples].sort((a, b) => a - b);
  const within = (ms: number) => sorted.filter((sample) => sample <= ms).length / sorted.length;
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1) ?? Number.NaN,
    within1s: within(1_000),
    within3s: within(3_000),
    within60s: within(60_000),
  };
}
