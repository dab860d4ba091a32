import { type Bench, openBench } from "../bench.ts";
import { batchPath, singlePath } from "../load/paths.ts";
import { runLoad, warmUp } from "../load/run-load.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import type { Measured, RunResult } from "../report/measured.ts";
import { runNaiveConcurrent, runNaiveSequential } from "./naive-script.ts";

const ORDERS = 100;
const AT_ONCE = 500;
/** Mining at once refuses nonces out of order, so what comes at once is measured with blocks. */
const BLOCK_TIME_MS = 1_000;

async function runOneByOne(bench: Bench, orders: number): Promise<Measured[]> {
  const path = singlePath(bench);
  await warmUp(bench, path);
  const arrivals = { kind: "one-by-one" as const, orders };
  const ours = await runLoad(bench, { name: "one by one, single", path, arrivals });
  return [ours, await runNaiveSequential(bench, orders)];
}

async function runAtOnce(bench: Bench): Promise<Measured[]> {
  const single = singlePath(bench);
  const batch = batchPath(bench, AT_ONCE);
  await warmUp(bench, single);
  await warmUp(bench, batch);
  const atOnce = (orders: number) => ({ kind: "at-once" as const, orders });
  return [
    await runLoad(bench, { name: "all at once, single", path: single, arrivals: atOnce(AT_ONCE) }),
    await runLoad(bench, { name: "all at once, batch", path: batch, arrivals: atOnce(1) }),
    await runNaiveConcurrent(bench, AT_ONCE),
  ];
}

/** What a plain script would do, beside the corridor on the same chain in the same minute: only ratios are quoted. */
export async function runNaive(options: MeasureOptions): Promise<RunResult> {
  const oneByOne = async () => {
    await using bench = await openBench({
      ...benchOptions(options, { blockTimeMs: 0 }),
      blockTimeMs: 0,
    });
    return await runOneByOne(bench, options.count ?? ORDERS);
  };
  const atOnce = async () => {
    const blockTimeMs = options.blockTimeMs ?? BLOCK_TIME_MS;
    await using bench = await openBench(benchOptions(options, { blockTimeMs }));
    return await runAtOnce(bench);
  };
  return { measured: [...(await oneByOne()), ...(await atOnce())] };
}
