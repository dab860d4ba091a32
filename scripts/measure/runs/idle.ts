import { openBench } from "../bench.ts";
import { pathOf, runLoad, sendLoad, warmUp } from "../load/run-load.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import { untilQuiet } from "../read/verify-run.ts";
import type { RunResult } from "../report/measured.ts";
import { runNaiveSequential } from "./naive-script.ts";

const ORDERS = { single: 200, batch: 20 };
const NAIVE = 100;
/** Transfers a second, for some seconds: a service's code is compiled in the course of its first few hundred orders. */
const WARM_UP = { single: 50, batch: 500 };
const WARM_UP_MS = 8_000;

/** One order at a time: the floor. A plain script on the same chain beside it. */
export async function runIdle(options: MeasureOptions): Promise<RunResult> {
  await using bench = await openBench(benchOptions(options, { blockTimeMs: 0 }));
  const path = pathOf(bench, options);
  await warmUp(bench, path);
  const orders = options.count ?? ORDERS[options.mode];
  if (orders >= ORDERS[options.mode]) {
    const arrivals = { kind: "rate", rate: WARM_UP[options.mode], durationMs: WARM_UP_MS } as const;
    await sendLoad(bench, { name: "warm-up", path, arrivals });
    await untilQuiet(bench);
  }
  const name = `idle, ${path.name}`;
  const ours = await runLoad(bench, { name, path, arrivals: { kind: "one-by-one", orders } });
  return { measured: [ours, await runNaiveSequential(bench, Math.min(orders, NAIVE))] };
}
