import {
  readChoice,
  readCount,
  readDuration,
  readNumber,
  readOptions,
  refuse,
} from "../terminal/read-options.ts";
import type { BenchOptions } from "./bench.ts";
import type { Store } from "./store.ts";

export const RUN_NAMES = [
  "idle",
  "block-time",
  "steady",
  "peak",
  "scale",
  "chain-limit",
  "naive",
  "all",
] as const;
export type RunName = (typeof RUN_NAMES)[number];

const USAGE = `npm run measure -- <run> [options]

  idle          one order at a time, mining at once: the floor
  block-time    a fixed rate with blocks of 250 ms, 1 s and 2 s: cost in block intervals
  steady        a fixed rate, whatever the answers take (blocks of 1 s unless told otherwise)
  peak          the highest rate held with p99 below 3 s and no errors (mines at once unless told otherwise)
  scale         the same work with 1, 2 and 4 relayers, and with ever more transfers stored (PostgreSQL)
  chain-limit   signed batches, and packed singles, driven straight at the contracts
  naive         what a plain script would do, beside the corridor in the same run
  all           all of these, one after the other, in one report beside the targets

  npm run measure -- --compare A.json B.json     ratios between two reports

  --mode single|batch      a signature for each transfer, or one for many (single)
  --batch-size 500         transfers under one signature
  --store pglite|postgres  the relayer's database (pglite; scale: postgres)
  --database-url URL       a PostgreSQL server of your own
  --rate 50                transfers per second (steady, block-time, scale; peak: to begin with)
  --duration 60s           how long (steady: 60 s; block-time, scale: 20 s; peak: 30 s)
  --trial 5s               how long each rate of the search is tried (peak)
  --count 200              how many orders (idle, naive), batches (chain-limit)
  --block-time 1s          time between blocks; 0 mines at once
  --relayers 1,2,4         how many relayers (scale)
  --stored 1000,10000,100000,1000000
                           transfers stored before (scale)
  --json PATH              the report's own file (results/<run>-<path>.json)
  --out results            folder for JSON and SVG`;

export interface MeasureOptions {
  readonly mode: "single" | "batch";
  readonly batchSize: number;
  readonly store: Store | undefined;
  readonly databaseUrl: string | undefined;
  readonly rate: number | undefined;
  readonly durationMs: number | undefined;
  readonly trialMs: number;
  readonly count: number | undefined;
  readonly blockTimeMs: number | undefined;
  readonly relayers: readonly number[];
  readonly stored: readonly number[];
}

export interface CommandLine {
  readonly run: RunName;
  readonly options: MeasureOptions;
  /** What was given, or stands for what was not, for the report. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly json: string | undefined;
  readonly out: string;
}

/** What the command line asks for: a run, or two reports to compare. */
export type Asked = { readonly compare: readonly [string, string] } | CommandLine;

const optional = <T>(text: string | undefined, read: (text: string) => T) =>
  text === undefined ? undefined : read(text);

/** Reads the command line; a mistake in it ends the process with code 2. */
export function readCommandLine(): Asked {
  const { values, positionals } = readOptions(
    USAGE,
    {
      mode: { type: "string", default: "single" },
      "batch-size": { type: "string", default: "500" },
      store: { type: "string" },
      "database-url": { type: "string" },
      rate: { type: "string" },
      duration: { type: "string" },
      trial: { type: "string", default: "5s" },
      count: { type: "string" },
      "block-time": { type: "string" },
      relayers: { type: "string", default: "1,2,4" },
      stored: { type: "string", default: "1000,10000,100000,1000000" },
      compare: { type: "boolean", default: false },
      json: { type: "string" },
      out: { type: "string", default: "results" },
    },
    true,
  );
  const [first, second] = positionals;
  if (values.compare) {
    if (!first || !second) refuse("--compare takes two reports", USAGE);
    return { compare: [first, second] };
  }
  const counts = (name: string, text: string) =>
    text.split(",").map((each) => readCount(name, each));
  if (first === undefined) refuse("a run is needed", USAGE);
  const databaseUrl = values["database-url"];
  // Where a report is kept says nothing of what was measured, and names folders of the machine.
  const { json, out, compare: _, ...given } = values;
  return {
    run: readChoice("a run", first, RUN_NAMES),
    options: {
      mode: readChoice("--mode", values.mode, ["single", "batch"]),
      batchSize: readCount("batch-size", values["batch-size"]),
      store:
        databaseUrl === undefined
          ? optional(values.store, (text) => readChoice("--store", text, ["pglite", "postgres"]))
          : "postgres",
      databaseUrl,
      rate: optional(values.rate, (text) => readNumber("rate", text)),
      durationMs: optional(values.duration, readDuration),
      trialMs: readDuration(values.trial),
      count: optional(values.count, (text) => readCount("count", text)),
      blockTimeMs: optional(values["block-time"], readDuration),
      relayers: counts("relayers", values.relayers),
      stored: counts("stored", values.stored),
    },
    given,
    json,
    out,
  };
}

/** The bench that the options ask for, with what a run uses unless told otherwise. */
export function benchOptions(
  options: MeasureOptions,
  usual: { readonly blockTimeMs: number; readonly store?: Store },
): BenchOptions {
  return {
    blockTimeMs: options.blockTimeMs ?? usual.blockTimeMs,
    store: options.store ?? usual.store ?? "pglite",
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
  };
}
