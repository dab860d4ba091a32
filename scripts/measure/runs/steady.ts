import type { Bench } from "../bench.ts";
import { openBench } from "../bench.ts";
import { type LoadOptions, pathOf, runLoad, sendLoad, warmUp } from "../load/run-load.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import { untilQuiet } from "../read/verify-run.ts";
import type { Measured, RunResult } from "../report/measured.ts";
import { runNaiveSequential } from "./naive-script.ts";

const RATE = 50;
const DURATION_MS = 60_000;
const BLOCK_TIMES = [250, 1_000, 2_000];
/** As long is sent at the same rate before, and not counted. */
const WARM_UP_MS = 5_000;
const NAIVE = 10;

/** A load at a fixed rate, warm from a short one at the same rate. */
export async function runAtRate(
  bench: Bench,
  load: LoadOptions & { readonly arrivals: { readonly kind: "rate" } },
): Promise<Measured> {
  const durationMs = Math.min(WARM_UP_MS, load.arrivals.durationMs);
  await sendLoad(bench, { ...load, name: "warm-up", arrivals: { ...load.arrivals, durationMs } });
  await untilQuiet(bench);
  return runLoad(bench, load);
}

async function runOne(options: MeasureOptions, blockTimeMs: number, durationMs: number) {
  await using bench = await openBench({ ...benchOptions(options, { blockTimeMs }), blockTimeMs });
  const path = pathOf(bench, options);
  await warmUp(bench, path);
  const rate = options.rate ?? RATE;
  const blocks = blockTimeMs === 0 ? "blocks at once" : `blocks of ${blockTimeMs} ms`;
  const name = `${rate}/s, ${path.name}, ${blocks}`;
  const arrivals = { kind: "rate" as const, rate, durationMs };
  const ours = await runAtRate(bench, { name, path, arrivals });
  return [ours, await runNaiveSequential(bench, NAIVE)];
}

/** A fixed rate for a minute, whatever the answers take: latency under load. */
export async function runSteady(options: MeasureOptions): Promise<RunResult> {
  const blockTimeMs = options.blockTimeMs ?? 1_000;
  return { measured: await runOne(options, blockTimeMs, options.durationMs ?? DURATION_MS) };
}

/** The same rate at several times between blocks: what confirmation costs in block intervals. */
export async function runBlockTime(options: MeasureOptions): Promise<RunResult> {
  const times = options.blockTimeMs === undefined ? BLOCK_TIMES : [options.blockTimeMs];
  const measured: Measured[] = [];
  for (const blockTimeMs of times) {
    measured.push(...(await runOne(options, blockTimeMs, options.durationMs ?? DURATION_MS / 3)));
  }
  return { measured };
}
