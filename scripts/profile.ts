/** `npm run profile -- single|batch`: what the CPU time of a transfer goes into, by process and stage. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBench } from "./measure/bench.ts";
import { pathOf, warmUp } from "./measure/load/run-load.ts";
import { describeMachine, readCommit } from "./measure/read/machine.ts";
import type { Measured } from "./measure/report/measured.ts";
import { runAtRate } from "./measure/runs/steady.ts";
import type { Store } from "./measure/store.ts";
import { drawFlameGraph } from "./profile/flame-graph.ts";
import { cutProfile, readMainProfile, type Span, sharesByStage } from "./profile/read-profile.ts";
import { formatTable } from "./terminal/print-table.ts";
import {
  readChoice,
  readCount,
  readDuration,
  readNumber,
  readOptions,
} from "./terminal/read-options.ts";

const USAGE = `npm run profile -- single|batch [options]

  --rate 40|500            transfers per second (single|batch)
  --duration 20s           how long
  --batch-size 500         transfers under one signature
  --block-time 0           time between blocks; 0 mines at once
  --store postgres|pglite  the relayer's database (postgres)
  --out results            folder for the profiles (Chromium's inspector and speedscope.app open them) and their
                           flame graphs`;

const { values, positionals } = readOptions(
  USAGE,
  {
    rate: { type: "string" },
    duration: { type: "string", default: "20s" },
    "batch-size": { type: "string", default: "500" },
    "block-time": { type: "string", default: "0" },
    store: { type: "string", default: "postgres" },
    out: { type: "string", default: "results" },
  },
  true,
);

const RATE = { single: 40, batch: 500 };
/** The services on a transfer's way; the sending wallet and the bank are not. */
const PROFILED = ["relayer", "island-wallet", "chain"];
const MICROS = 1e6;

function readMode(): "single" | "batch" {
  return readChoice("what is profiled", positionals[0] ?? "", ["single", "batch"]);
}

/** Runs the load; the services write their profiles as they end. */
async function runProfiled(mode: "single" | "batch", directory: string) {
  const settings = PROFILED.map((name) => [
    name,
    { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(directory, name)}` },
  ]);
  await using bench = await openBench({
    blockTimeMs: readDuration(values["block-time"]),
    store: readChoice<Store>("--store", values.store, ["postgres", "pglite"]),
    serviceSettings: Object.fromEntries(settings),
  });
  const path = pathOf(bench, { mode, batchSize: readCount("batch-size", values["batch-size"]) });
  await warmUp(bench, path);
  const rate = readNumber("rate", values.rate ?? `${RATE[mode]}`);
  const arrivals = { kind: "rate" as const, rate, durationMs: readDuration(values.duration) };
  const span = { from: 0, to: 0 };
  const measured = await runAtRate(bench, {
    name: `${rate}/s, ${mode}`,
    path,
    arrivals,
    onSpan: (from: number, to: number) => Object.assign(span, { from, to }),
  });
  return { measured, span };
}

/** What each process took, the operating system's count; the load generator is the sending wallet's back office. */
function everyProcess({ usage, transfers }: Measured): string {
  const rows = Object.entries(usage ?? {}).map(([name, { cpuSeconds }]) => [
    name,
    ((cpuSeconds * MICROS) / transfers).toFixed(0),
  ]);
  return formatTable(["process", "µs a transfer"], rows);
}

async function report(
  name: string,
  directory: string,
  run: { readonly measured: Measured; readonly span: Span },
): Promise<string> {
  const { measured, span } = run;
  const profile = cutProfile(readMainProfile(join(directory, name)), span);
  const { cpuSeconds = 0, mainThreadSeconds = 0 } = measured.usage?.[name] ?? {};
  const each = (seconds: number) => (seconds * MICROS) / measured.transfers;
  const row = (stage: string, micros: number) => [
    stage,
    micros.toFixed(1),
    `${((micros / each(cpuSeconds)) * 100).toFixed(1)} %`,
  ];
  // Samples tell how the main thread's time was shared; how much CPU it was, the operating system knows.
  const rows = sharesByStage(profile).map(([stage, share]) =>
    row(stage, share * each(mainThreadSeconds)),
  );
  rows.push(row("other threads", each(cpuSeconds - mainThreadSeconds)));
  const path = join(values.out, `profile-${measured.path}-${name}`);
  writeFileSync(`${path}.cpuprofile`, JSON.stringify(profile));
  const title = `${name}, ${measured.name}: the main thread's busy time`;
  writeFileSync(`${path}.svg`, await drawFlameGraph(title, profile));
  const header = [name, "µs a transfer", "share"];
  return `\n${formatTable(header, [...rows, row("all", each(cpuSeconds))])}\n${path}.svg`;
}

const directory = mkdtempSync(join(tmpdir(), "corridor-profile-"));
try {
  const machine = describeMachine();
  const run = await runProfiled(readMode(), directory);
  mkdirSync(values.out, { recursive: true });
  const { measured } = run;
  console.log(
    `\n${measured.name} on ${measured.store}, path ${measured.path}: ${measured.transfers} transfers, ${new Date().toISOString()}, commit ${readCommit()}`,
  );
  console.log(
    `${machine.processors} × ${machine.model}, load average ${machine.loadAverage} before; sampling costs some per cent`,
  );
  console.log(`\n${everyProcess(measured)}`);
  for (const name of PROFILED) console.log(await report(name, directory, run));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit();
