import { type Bench, openBench } from "../bench.ts";
import { createHistory } from "../history/copy-history.ts";
import { batchPath } from "../load/paths.ts";
import { pathOf, warmUp } from "../load/run-load.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import type { Measured, RunResult } from "../report/measured.ts";
import { runAtRate } from "./steady.ts";

const RATE = { single: 40, batch: 500 };
const DURATION_MS = 20_000;
/** Orders of the template that the history is copied from. */
const TEMPLATE_BATCH = 250;
/** The comparison of the journal with the wallet's statement reads past the history once, in its next round. */
const RECONCILE_MS = 16_000;
/** From so many on, that reading would be seen in the figures. */
const LARGE = 100_000;

function loadOf(bench: Bench, options: MeasureOptions, name: string, stored?: number) {
  const path = pathOf(bench, options);
  const rate = options.rate ?? RATE[options.mode];
  const durationMs = options.durationMs ?? DURATION_MS;
  const arrivals = { kind: "rate" as const, rate, durationMs };
  return { name, path, arrivals, ...(stored !== undefined && { stored }) };
}

/** The same work with several relayers on one database. */
async function runRelayers(options: MeasureOptions): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const relayers of options.relayers) {
    const usual = benchOptions(options, { blockTimeMs: 0, store: "postgres" });
    await using bench = await openBench({ ...usual, relayers });
    await warmUp(bench, pathOf(bench, options));
    const name = `${relayers} relayer${relayers === 1 ? "" : "s"}, ${options.mode}`;
    measured.push(await runAtRate(bench, loadOf(bench, options, name)));
  }
  return measured;
}

/** The same work with ever more transfers stored before. */
async function runHistory(options: MeasureOptions): Promise<Measured[]> {
  await using bench = await openBench(benchOptions(options, { blockTimeMs: 0, store: "postgres" }));
  const { databaseUrl } = bench.corridor.plan;
  if (databaseUrl === undefined) throw new Error("history is stored by SQL: use --store postgres");
  await warmUp(bench, pathOf(bench, options));
  await warmUp(bench, batchPath(bench, TEMPLATE_BATCH));
  await using history = await createHistory(databaseUrl);
  const measured: Measured[] = [];
  for (const wanted of [...options.stored].sort((a, b) => a - b)) {
    const began = performance.now();
    const stored = await history.fillTo(wanted);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(`  ${stored} transfers stored, after ${seconds} s`);
    await warmUp(bench, pathOf(bench, options));
    if (stored >= LARGE) await new Promise((resolve) => setTimeout(resolve, RECONCILE_MS));
    const name = `${wanted} stored, ${options.mode}`;
    measured.push(await runAtRate(bench, loadOf(bench, options, name, stored)));
  }
  return measured;
}

/** What work costs with more relayers, and with more behind it. */
export async function runScale(options: MeasureOptions): Promise<RunResult> {
  return { measured: [...(await runRelayers(options)), ...(await runHistory(options))] };
}
