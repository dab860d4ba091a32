import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MeasureOptions } from "../options.ts";
import type { Measured, RunResult, Trial } from "../report/measured.ts";
import { runChainLimit } from "./chain-limit.ts";
import { runIdle } from "./idle.ts";
import { runNaive } from "./naive.ts";
import { runPeak } from "./peak.ts";
import { runScale } from "./scale.ts";
import { runBlockTime, runSteady } from "./steady.ts";

type Run = (options: MeasureOptions) => Promise<RunResult>;

/** Every run by its name. */
export const RUNS: Readonly<Record<string, Run>> = {
  idle: runIdle,
  "block-time": runBlockTime,
  steady: runSteady,
  peak: runPeak,
  scale: runScale,
  "chain-limit": runChainLimit,
  naive: runNaive,
};

const single: Partial<MeasureOptions> = { mode: "single" };
const batch: Partial<MeasureOptions> = { mode: "batch" };

/**
 * In this order, each with the paths that the targets are of. What is divided by one another stands together, since a machine
 * is not the same an hour later.
 */
const ORDER: readonly (readonly [name: string, run: Run, changes: Partial<MeasureOptions>])[] = [
  ["idle", runIdle, single],
  ["peak", runPeak, batch],
  ["chain-limit", runChainLimit, {}],
  ["naive", runNaive, {}],
  ["peak", runPeak, single],
  ["steady", runSteady, single],
  ["block-time", runBlockTime, single],
  ["idle", runIdle, batch],
  ["scale", runScale, batch],
  ["scale", runScale, single],
];

/**
 * Gives back what the run before has left: hundreds of thousands of orders, or thousands of signed chain transactions. The
 * load generator would be busy with them while it sends.
 */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Runs everything, one after the other; a run that is void or fails is told and the others go on. */
export async function runAll(
  options: MeasureOptions,
): Promise<RunResult & { readonly failures: readonly string[] }> {
  const measured: Measured[] = [];
  const trials: Trial[] = [];
  const failures: string[] = [];
  for (const [name, run, changes] of ORDER) {
    const mode = changes.mode ?? "";
    console.log(`${name} ${mode}`);
    collectGarbage();
    try {
      const result = await run({ ...options, ...changes });
      measured.push(...result.measured.map((each) => ({ ...each, name: `${name}: ${each.name}` })));
      trials.push(...(result.trials ?? []));
    } catch (error) {
      failures.push(`${name} ${mode}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { measured, trials, failures };
}
