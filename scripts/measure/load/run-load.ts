import { performance } from "node:perf_hooks";
import { RelayerProblem } from "../../../sdk/api/relayer-problem.ts";
import { inParallel } from "../../../sdk/send/in-parallel.ts";
import { createProgress } from "../../terminal/progress.ts";
import type { Bench } from "../bench.ts";
import { countersPer } from "../read/counters.ts";
import { readBusySeconds } from "../read/machine.ts";
import { cpuOfAll, cpuOfServices, watchUsage } from "../read/usage.ts";
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
  /** Told of the span in which usage was read, in microseconds of the machine's monotonic clock. */
  readonly onSpan?: (from: number, to: number) => void;
}

/** What came of a load's orders. */
export interface Tally {
  /** Milliseconds from when each transfer was due until its wallet held the proof. */
  readonly samples: number[];
  readonly accepted: string[];
  readonly errors: Record<string, number>;
  /** From when the first order was due until the last answer, or all of the time of orders one by one. */
  seconds: number;
}

/** How long before its time an order is quoted and signed. */
const LEAD_MS = 3_000;
/** Quotes asked for at a time when all orders are to be sent at once. */
const QUOTES_AT_ONCE = 8;
const MICROS = 1e6;

/** Kinds of failure, not their texts: each has few. */
function kindOf(error: unknown): string {
  if (error instanceof RelayerProblem) return error.problem.code;
  return error instanceof Error ? error.message : "unknown";
}

function createTally(bench: Bench, size: number) {
  const tally: Tally = { samples: [], accepted: [], errors: {}, seconds: 0 };
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

type Sending = ReturnType<typeof createTally>;

async function sendOneByOne(path: LoadPath, orders: number, { send, failed }: Sending) {
  for (let index = 0; index < orders; index++) {
    const order = await path.prepare(index).catch(failed);
    if (!order) continue;
    // The settlement of the one before must not stand in the way of this one: idle means idle.
    await realClock.sleep(100);
    await send(order, performance.now());
  }
}

async function sendAtOnce(path: LoadPath, orders: number, { tally, send, failed }: Sending) {
  const indexes = Array.from({ length: orders }, (_, index) => index);
  const prepared = await inParallel(indexes, QUOTES_AT_ONCE, (index) =>
    path.prepare(index).catch(failed),
  );
  const start = performance.now();
  await Promise.all(prepared.map((order) => order && send(order, start)));
  tally.seconds = (performance.now() - start) / 1_000;
}

/** Sends a load's orders through a bench; answers when every answer is there. */
export async function sendLoad(bench: Bench, options: LoadOptions): Promise<Tally> {
  const { path, arrivals, name } = options;
  const { tally, send, failed } = createTally(bench, path.size);
  const due = arrivals.kind === "rate" ? dueTimes({ ...arrivals, size: path.size }) : [];
  const orders = arrivals.kind === "rate" ? due.length : arrivals.orders;
  const progress = createProgress(name, orders * path.size);
  const sending: Sending = {
    tally,
    failed,
    async send(order, dueAt) {
      await send(order, dueAt);
      progress.step(path.size);
    },
  };
  const start = performance.now();
  if (arrivals.kind === "one-by-one") await sendOneByOne(path, orders, sending);
  else if (arrivals.kind === "at-once") await sendAtOnce(path, orders, sending);
  else {
    const prepare = (index: number) => path.prepare(index);
    await runOpenLoop({ due, leadMs: LEAD_MS, clock: realClock, prepare, ...sending });
  }
  const lead = arrivals.kind === "rate" ? LEAD_MS : 0;
  if (tally.seconds === 0) tally.seconds = (performance.now() - start - lead) / 1_000;
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

/** The clock that V8's profiles are written by. */
const monotonicMicros = () => Number(process.hrtime.bigint() / 1_000n);

/**
 * Runs one load and reads what it cost until everything was settled. Void unless every accepted transfer is found
 * credited once.
 */
export async function runLoad(bench: Bench, options: LoadOptions): Promise<Measured> {
  const { path, arrivals, name, stored } = options;
  const before = await bench.counters.read();
  const endUsage = watchUsage(bench.pids);
  const busyBefore = performance.eventLoopUtilization();
  const machineBefore = readBusySeconds();
  const from = monotonicMicros();
  const tally = await sendLoad(bench, options);
  const loadBusy = performance.eventLoopUtilization(busyBefore).utilization;
  await untilQuiet(bench);
  const usage = endUsage();
  const until = monotonicMicros();
  const machineSeconds = readBusySeconds() - machineBefore;
  options.onSpan?.(from, until);
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
    perSecond: tally.samples.length / tally.seconds,
    errors: tally.errors,
    stages,
    usage,
    perTransfer: {
      cpuMicros: (cpuOfServices(usage) * MICROS) / sent,
      ...countersPer(before, after, sent),
    },
    loadBusy,
    othersBusy: Math.max(0, machineSeconds - cpuOfAll(usage)) / ((until - from) / MICROS),
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
