import { openBench } from "../bench.ts";
import { pathOf, runLoad, warmUp } from "../load/run-load.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import type { RunResult } from "../report/measured.ts";
import { runNaiveSequential } from "./naive-script.ts";

const ORDERS = { single: 200, batch: 20 };
const NAIVE = 100;

/** One order at a time: the floor. A plain script on the same chain beside it. */
export async function runIdle(options: MeasureOptions): Promise<RunResult> {
  await using bench = await openBench(benchOptions(options, { blockTimeMs: 0 }));
  const path = pathOf(bench, options);
  await warmUp(bench, path);
  const orders = options.count ?? ORDERS[options.mode];
  const name = `idle, ${path.name}`;
  const ours = await runLoad(bench, { name, path, arrivals: { kind: "one-by-one", orders } });
  return { measured: [ours, await runNaiveSequential(bench, Math.min(orders, NAIVE))] };
}
