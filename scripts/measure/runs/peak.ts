import { type Bench, openBench } from "../bench.ts";
import type { LoadPath } from "../load/paths.ts";
import { pathOf, runLoad, sendLoad, warmUp } from "../load/run-load.ts";
import { holdPeak, searchPeak } from "../load/search-peak.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import { untilQuiet } from "../read/verify-run.ts";
import type { Measured, RunResult, Trial } from "../report/measured.ts";
import { summarise } from "../report/percentiles.ts";

const HOLD_MS = 30_000;
const LIMIT_MS = 3_000;
const START = { single: 40, batch: 500 };
const GROWTH = 1.5;
const PRECISION = 1.08;

const countErrors = (errors: Readonly<Record<string, number>>) =>
  Object.values(errors).reduce((sum, count) => sum + count, 0);

/** Tries one rate for a short time; what is left over is settled before the next one. */
async function tryRate(bench: Bench, path: LoadPath, rate: number, durationMs: number) {
  const name = `trying ${rate.toFixed(0)}/s`;
  const arrivals = { kind: "rate" as const, rate, durationMs };
  const { samples, errors, seconds } = await sendLoad(bench, { name, path, arrivals });
  await untilQuiet(bench);
  const { p50, p99 } = summarise(samples);
  const failed = countErrors(errors);
  const trial: Trial = {
    path: path.name,
    rate,
    held: failed === 0 && p99 < LIMIT_MS,
    perSecond: samples.length / seconds,
    p50,
    p99,
    errors: failed,
  };
  const end = trial.held ? "held" : "not held";
  console.log(`  ${rate.toFixed(0)}/s: p99 ${p99.toFixed(0)} ms, ${failed} errors: ${end}`);
  return trial;
}

/** The highest rate that is held for half a minute with p99 below 3 s and no errors. */
export async function runPeak(options: MeasureOptions): Promise<RunResult> {
  await using bench = await openBench(benchOptions(options, { blockTimeMs: 0 }));
  const path = pathOf(bench, options);
  await warmUp(bench, path);
  const trials: Trial[] = [];
  const found = await searchPeak(
    { start: options.rate ?? START[options.mode], growth: GROWTH, precision: PRECISION },
    async (rate) => {
      const trial = await tryRate(bench, path, rate, options.trialMs);
      trials.push(trial);
      return trial.held;
    },
  );
  if (found === 0) throw new Error("no rate is held");
  const durationMs = options.durationMs ?? HOLD_MS;
  const peak = await holdPeak<Measured>(found, async (rate) => {
    const name = `peak, ${path.name}`;
    const arrivals = { kind: "rate" as const, rate, durationMs };
    const held = await runLoad(bench, { name, path, arrivals });
    const p99 = held.latencies?.p99 ?? Number.POSITIVE_INFINITY;
    const { perSecond } = held;
    const errors = countErrors(held.errors);
    const end = `p99 ${p99.toFixed(0)} ms, ${errors} errors, ${perSecond.toFixed(0)}/s done`;
    console.log(`  ${rate.toFixed(0)}/s for ${durationMs / 1_000} s: ${end}`);
    return errors === 0 && p99 < LIMIT_MS ? { held, perSecond } : { perSecond };
  });
  if (!peak) throw new Error("no rate is held for the whole time");
  return { measured: [peak], trials };
}
