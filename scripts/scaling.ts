/** `npm run scaling`: what a measured corridor would do under other loads, and on more machines. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Measured, Report } from "./measure/report/measured.ts";
import { compareWithModel, formatComparison, sizeIn } from "./scaling/against.ts";
import { formatCapacity, needsOf } from "./scaling/capacity.ts";
import { costsOf } from "./scaling/costs.ts";
import { drawCurve } from "./scaling/draw-curve.ts";
import { type Prediction, predict } from "./scaling/predict.ts";
import { formatTable } from "./terminal/print-table.ts";
import { readChoice, readCount, readNumber, readOptions, refuse } from "./terminal/read-options.ts";

const USAGE = `npm run scaling -- --from REPORT.json [--against REPORT.json ...] [options]

Takes the CPU that a transfer cost in a report of npm run measure (steady or peak), puts it into a model of the corridor
as a network of queues, and prints confirmation times against offered load, and what 1, 10 and 100 machines hold.

  --from PATH         the report whose costs are used
  --load NAME         the load in it, by how its name begins (its first one at a fixed rate)
  --against PATH      reports to hold the model against, each with its own costs; may be given several times
  --rates 10,20,40    transfers per second (from a tenth of what the cores allow to more than they do)
  --seconds 20        how long each rate is offered
  --cores 2           cores of the machine (the report's)
  --arrivals even     even, as npm run measure sends, or poisson
  --seed 1            repeats a prediction
  --out results       folder for the picture`;

const readReport = (path: string): Report => JSON.parse(readFileSync(path, "utf8"));

function readArguments() {
  const { values } = readOptions(USAGE, {
    from: { type: "string" },
    load: { type: "string", default: "" },
    against: { type: "string", multiple: true, default: [] as string[] },
    rates: { type: "string" },
    seconds: { type: "string", default: "20" },
    cores: { type: "string" },
    arrivals: { type: "string", default: "even" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "results" },
  });
  if (values.from === undefined) refuse("--from is needed", USAGE);
  return {
    from: values.from,
    load: values.load,
    against: values.against,
    rates: values.rates?.split(",").map((rate) => readNumber("rates", rate)),
    seconds: readNumber("seconds", values.seconds),
    cores: values.cores === undefined ? undefined : readNumber("cores", values.cores),
    arrivals: readChoice("--arrivals", values.arrivals, ["even", "poisson"]),
    seed: readCount("seed", values.seed, 0),
    out: values.out,
  };
}

/** Ten rates, from a tenth of what the cores could do to a little more than that. */
function usualRates(load: Measured, cores: number): number[] {
  const most = (cores * 1e6) / (load.perTransfer?.cpuMicros ?? Number.POSITIVE_INFINITY);
  return Array.from({ length: 11 }, (_, step) => Math.max(1, Math.round(((step + 1) * most) / 10)));
}

function formatPredictions(predictions: readonly Prediction[]): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return formatTable(
    ["offered", "p50", "p95", "p99", "held", "busiest thread"],
    predictions.map(({ rate, p50, p95, p99, held, busiest: { part, share } }) => [
      `${rate}/s`,
      ...[p50, p95, p99].map(ms),
      held ? "yes" : "no",
      `${part} ${(share * 100).toFixed(0)} %`,
    ]),
  );
}

async function main(): Promise<void> {
  const given = readArguments();
  const report = readReport(given.from);
  const load = report.measured.find(
    ({ name, rate, usage }) => name.startsWith(given.load) && rate !== undefined && usage,
  );
  if (!load) throw new Error(`${given.from} has no such load at a fixed rate`);
  const { seconds, arrivals, seed, cores = report.machine.processors } = given;
  const costs = costsOf(load, sizeIn(report, load));
  const rates = given.rates ?? usualRates(load, cores);
  const predictions = rates.map((rate) => predict({ costs, rate, seconds, cores, arrivals, seed }));
  console.log(`costs of "${load.name}", ${report.at}, commit ${report.commit}; ${cores} cores\n`);
  console.log(formatPredictions(predictions));
  const compared = compareWithModel(given.against.map(readReport), seed);
  if (compared.length > 0) console.log(`\n${formatComparison(compared)}`);
  if (load.store === "postgres") console.log(`\n${formatCapacity(needsOf(load))}`);
  mkdirSync(given.out, { recursive: true });
  const path = join(given.out, `scaling-${load.path}.svg`);
  const shown = compared.filter(
    ({ measured }) => measured.path === load.path && measured.blockTimeMs === load.blockTimeMs,
  );
  writeFileSync(
    path,
    await drawCurve(`Confirmation time, ${load.path}, ${cores} cores`, {
      predictions,
      compared: shown,
    }),
  );
  console.log(`\nwritten: ${path}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
