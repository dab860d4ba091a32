import {
  readChoice,
  readCount,
  readDuration,
  readNumber,
  readOptions,
  refuse,
} from "../terminal/read-options.ts";
import type { BenchOptions } from "./bench.ts";
import { completeOptions, RUN_NAMES, type RunName } from "./run-options.ts";
import type { Store } from "./store.ts";

const USAGE = `npm run measure -- [run] [options]

  idle          one order at a time, mining at once: the floor
  block-time    a fixed rate with blocks of 250 ms, 1 s and 2 s: cost in block intervals
  steady        a fixed rate, whatever the answers take (blocks of 1 s unless told otherwise); what is run when no run is named
  peak          the highest rate held with p99 below 3 s and no errors (mines at once unless told otherwise)
  scale         the same work with 1, 2 and 4 relayers, and with ever more transfers stored (PostgreSQL)
  chain-limit   signed batches, and packed singles, driven straight at the contracts
  naive         what a plain script would do, beside the corridor in the same run
  all           all of these, one after the other, in one report beside the targets

  npm run measure -- --compare A.json B.json     ratios between two reports

  --mode single|batch      a signature for each transfer, or one for many (single; all: both)
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

const text = { type: "string" } as const;
const OPTIONS = {
  mode: text,
  "batch-size": text,
  store: text,
  "database-url": text,
  rate: text,
  duration: text,
  trial: text,
  count: text,
  "block-time": text,
  relayers: text,
  stored: text,
  compare: { type: "boolean" },
  json: text,
  out: text,
} as const;

type Texts = Readonly<Record<"mode" | "batch-size" | "trial" | "relayers" | "stored", string>> & {
  readonly [name in "store" | "database-url" | "rate" | "duration" | "count" | "block-time"]?:
    | string
    | undefined;
};

function readMeasureOptions(texts: Texts): MeasureOptions {
  const counts = (name: string, list: string) =>
    list.split(",").map((each) => readCount(name, each));
  const databaseUrl = texts["database-url"];
  return {
    mode: readChoice("--mode", texts.mode, ["single", "batch"]),
    batchSize: readCount("batch-size", texts["batch-size"]),
    store:
      databaseUrl === undefined
        ? optional(texts.store, (store) => readChoice("--store", store, ["pglite", "postgres"]))
        : "postgres",
    databaseUrl,
    rate: optional(texts.rate, (rate) => readNumber("rate", rate)),
    durationMs: optional(texts.duration, readDuration),
    trialMs: readDuration(texts.trial),
    count: optional(texts.count, (count) => readCount("count", count)),
    blockTimeMs: optional(texts["block-time"], readDuration),
    relayers: counts("relayers", texts.relayers),
    stored: counts("stored", texts.stored),
  };
}

/** Reads the command line; a mistake in it ends the process with code 2. */
export function readCommandLine(): Asked {
  const { values, positionals } = readOptions(USAGE, OPTIONS, true);
  const { compare, ...given } = values;
  const [first, second] = positionals;
  if (compare) {
    if (!first || !second) refuse("--compare takes two reports", USAGE);
    return { compare: [first, second] };
  }
  const run = readChoice("a run", first ?? "steady", RUN_NAMES);
  // Where a report is kept says nothing of what was measured, and names folders of the machine.
  const { json, out, ...asked } = completeOptions(run, given, USAGE);
  return { run, options: readMeasureOptions(asked), given: asked, json, out };
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
