import { performance } from "node:perf_hooks";
import { RelayerProblem } from "../../../sdk/api/relayer-problem.ts";
import { createProgress } from "../../terminal/progress.ts";
import type { Bench } from "../bench.ts";
import { countersPer } from "../read/counters.ts";
import { cpuOfServices, watchUsage } from "../read/usage.ts";
import { untilQuiet, verifyRun } from "../read/verify-run.ts";
import type { Measured } from "../report/measured.ts";
import { summarise } from "../report/percentiles.ts";
import { dueTimes, realClock, runOpenLoop } from "./open-loop.ts";
import { batchPath, countProven, type LoadPath, type PreparedOrder, singlePath } from "./paths.ts";

/** What a load asks for: orders one after the other, at a rate, or all at once. */
export type Arrivals =
  | { readonly kind: "one-by-one"; readonly orders: number }
  | { readonly kind: "rate"; readonly rate: number; readonly durationMs: number }
  | { readonly kind: "at-once"; readonly orders: number };

export interface LoadOptions {
  readonly name: string;
  readonly path: LoadPath;
  readonly arrivals: Arrivals;
  readonly stored?: number;
}

/** What came of a load's orders. */
export interface Tally {
  /** Milliseconds from when each transfer was due until its wallet held the proof. */
  readonly samples: number[];
  readonly accepted: string[];
  readonly errors: Record<string, number>;
}

/** How long before its time an order is quoted and signed; when all come at once, all have to be quoted before. */
const LEAD_MS = { rate: 3_000, "at-once": 10_000, "one-by-one": 0 };
const MICROS = 1e6;

/** Kinds of failure, not their texts: each has few. */
function kindOf(error: unknown): string {
  if (error instanceof RelayerProblem) return error.problem.code;
  return error instanceof Error ? error.message : "unknown";
}

function createTally(bench: Bench, size: number) {
  const tally: Tally = { samples: [], accepted: [], errors: {} };
  const fail = (kind: string, count: number) => {
    tally.errors[kind] = (tally.errors[kind] ?? 0) + count;
  };
  return {
    tally,
    failed: (error: unknown) => fail(`quote: ${kindOf(error)}`, size),
    async send(order: PreparedOrder, dueAt: number): Promise<void> {
      try {
        const transfers = await order.send();
        const uetrs = transfers.map(({ uetr }) => uetr);
        tally.accepted.push(...uetrs);
        bench.accepted.push(...uetrs);
        const proven = countProven(bench, transfers);
        const ms = performance.now() - dueAt;
        for (let count = 0; count < proven; count++) tally.samples.push(ms);
        if (proven < transfers.length) fail("not credited in time", transfers.length - proven);
      } catch (error) {
        fail(kindOf(error), size);
      }
    },
  };
}

/** Sends a load's orders through a bench; answers when every answer is there. */
export async function sendLoad(bench: Bench, options: LoadOptions): Promise<Tally> {
  const { path, arrivals, name } = options;
  const { tally, send, failed } = createTally(bench, path.size);
  const due =
    arrivals.kind === "rate"
      ? dueTimes({ ...arrivals, size: path.size })
      : Array.from({ length: arrivals.orders }, () => 0);
  const progress = createProgress(name, due.length * path.size);
  const sendOne = async (order: PreparedOrder, dueAt: number) => {
    await send(order, dueAt);
    progress.step(path.size);
  };
  if (arrivals.kind === "one-by-one") {
    for (const index of due.keys()) {
      const order = await path.prepare(index).catch(failed);
      if (!order) continue;
      // The settlement of the one before must not stand in the way of this one: idle means idle.
      await realClock.sleep(100);
      await sendOne(order, performance.now());
    }
  } else {
    const prepare = (index: number) => path.prepare(index);
    const leadMs = LEAD_MS[arrivals.kind];
    await runOpenLoop({ due, leadMs, clock: realClock, prepare, send: sendOne, failed });
  }
  progress.stop();
  return tally;
}

const WARM_UP_SINGLES = 20;
const WARM_UP_BATCHES = 3;

/** Sends something before anything is measured: code is compiled, connections are open, tables have rows. */
export async function warmUp(bench: Bench, path: LoadPath): Promise<void> {
  const orders = path.name === "single" ? WARM_UP_SINGLES : WARM_UP_BATCHES;
  const arrivals: Arrivals = { kind: "one-by-one", orders };
  await sendLoad(bench, { name: "warm-up", path, arrivals });
  await untilQuiet(bench);
}

/** Transfers per second over the time in which they came: until the last answer, without the lead. */
function rateOf(tally: Tally, seconds: number, { kind }: Arrivals): number {
  return tally.samples.length / (seconds - LEAD_MS[kind] / 1_000);
}

/**
 * Runs one load and reads what it cost until everything was settled. Void unless every accepted transfer is found
 * credited once.
 */
export async function runLoad(bench: Bench, options: LoadOptions): Promise<Measured> {
  const { path, arrivals, name, stored } = options;
  const before = await bench.counters.read();
  const endUsage = watchUsage(bench.pids);
  const busyBefore = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const tally = await sendLoad(bench, options);
  const seconds = (performance.now() - startedAt) / 1_000;
  const loadBusy = performance.eventLoopUtilization(busyBefore).utilization;
  await untilQuiet(bench);
  const usage = endUsage();
  const after = await bench.counters.read();
  const { verified, stages } = await verifyRun(bench, tally.accepted);
  const sent = tally.accepted.length;
  const { plan } = bench.corridor;
  return {
    name,
    path: path.name,
    blockTimeMs: plan.blockTimeMs,
    store: bench.store,
    relayers: bench.payers.length,
    ...(stored !== undefined && { stored }),
    ...(arrivals.kind === "rate" && { rate: arrivals.rate }),
    latencies: summarise(tally.samples),
    samples: tally.samples,
    transfers: sent,
    perSecond: rateOf(tally, seconds, arrivals),
    errors: tally.errors,
    stages,
    usage,
    perTransfer: {
      cpuMicros: (cpuOfServices(usage) * MICROS) / sent,
      ...countersPer(before, after, sent),
    },
    loadBusy,
    verified,
  };
}

/** The path of a mode on a bench. */
export function pathOf(
  bench: Bench,
  options: { readonly mode: "single" | "batch"; readonly batchSize: number },
): LoadPath {
  return options.mode === "single" ? singlePath(bench) : batchPath(bench, options.batchSize);
}
