import { seededRandom } from "../kill-start/seeded-random.ts";
import { summarise } from "../measure/report/percentiles.ts";
import { type ModelOptions, modelCorridor } from "./corridor-model.ts";
import type { Part } from "./costs.ts";

/** A load, and the seed of its chance. */
export interface PredictOptions extends Omit<ModelOptions, "random"> {
  readonly seed: number;
}

/** What the model says of one offered load: milliseconds, over several runs with different chance. */
export interface Prediction {
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Whether every order of every run came to its end, and p99 is below three seconds. */
  readonly held: boolean;
  /** The part whose thread is busiest, and for how much of the time. */
  readonly busiest: { readonly part: Part; readonly share: number };
}

/** Blocks come at another moment in each run, and so do orders that come by chance. */
const RUNS = 5;
const LIMIT_MS = 3_000;

/** Predicts the confirmation times at a rate; the same seed predicts the same. */
export function predict({ seed, ...options }: PredictOptions): Prediction {
  const runs = Array.from({ length: RUNS }, (_, run) =>
    modelCorridor({ ...options, random: seededRandom(seed * RUNS + run) }),
  );
  const { p50, p95, p99 } = summarise(runs.flatMap(({ samples }) => samples));
  const [first] = runs;
  const [part = "relayer", share = 0] =
    [...(first?.busy ?? [])].sort(([, a], [, b]) => b - a)[0] ?? [];
  const finished = runs.every(({ unfinished }) => unfinished === 0);
  return {
    rate: options.rate,
    p50,
    p95,
    p99,
    held: finished && p99 < LIMIT_MS,
    busiest: { part, share },
  };
}
