import type { Measured, Report } from "../measure/report/measured.ts";
import type { Latencies } from "../measure/report/percentiles.ts";
import { formatTable } from "../terminal/print-table.ts";
import { costsOf } from "./costs.ts";
import { type Prediction, predict } from "./predict.ts";

/**
 * A measured load beside what the model says of it, out of the costs of the same load. What others did on the machine
 * meanwhile is known only as the CPU time that they got. At best they were as many threads, each content with its even
 * share; at worst they came first. Alone on a machine both are one.
 */
export interface Compared {
  readonly measured: Measured & { readonly rate: number; readonly latencies: Latencies };
  readonly atBest: Prediction;
  readonly atWorst: Prediction;
}

/** Of a machine that is all others': queues grow for ever on less. */
const LEAST_CORES = 0.1;

/** Transfers in an order of a report's load. */
export function sizeIn(report: Report, { path }: Measured): number {
  return path === "batch" ? Number(report.options["batch-size"]) : 1;
}

const isOpenLoop = (each: Measured): each is Compared["measured"] =>
  each.rate !== undefined && each.latencies !== undefined && each.usage !== undefined;

/** Predicts every load of some reports that was sent at a fixed rate. */
export function compareWithModel(reports: readonly Report[], seed: number): Compared[] {
  return reports.flatMap((report) =>
    report.measured.filter(isOpenLoop).map((measured): Compared => {
      const { rate, transfers, othersBusy: others = 0 } = measured;
      const { processors } = report.machine;
      const options = {
        costs: costsOf(measured, sizeIn(report, measured)),
        rate,
        seconds: transfers / rate,
        arrivals: "even",
        seed,
      } as const;
      return {
        measured,
        atBest: predict({ ...options, cores: processors, others }),
        atWorst: predict({ ...options, cores: Math.max(LEAST_CORES, processors - others) }),
      };
    }),
  );
}

const FIGURES = ["p50", "p95", "p99"] as const;
type Figure = (typeof FIGURES)[number];

/** By how much a measured figure lies outside of what was predicted, as a share of itself; 0 inside. */
export function missOf({ measured, atBest, atWorst }: Compared, figure: Figure): number {
  const seen = measured.latencies[figure];
  const [low = 0, high = 0] = [atBest[figure], atWorst[figure]].sort((a, b) => a - b);
  if (seen < low) return low / seen - 1;
  return seen > high ? high / seen - 1 : 0;
}

const ms = (value: number) => `${value.toFixed(0)}`;
const percent = (value: number) =>
  value === 0 ? "inside" : `${value < 0 ? "" : "+"}${(value * 100).toFixed(0)} %`;

/** Measured beside predicted, at best and at worst, in milliseconds; the error is what lies outside of both. */
export function formatComparison(compared: readonly Compared[]): string {
  const header = ["measured beside predicted, ms", "others"].concat(
    FIGURES.flatMap((figure) => [figure, "predicted", "error"]),
  );
  const rows = compared.map((each) => [
    each.measured.name,
    `${(each.measured.othersBusy ?? 0).toFixed(2)} cores`,
    ...FIGURES.flatMap((figure) => [
      ms(each.measured.latencies[figure]),
      `${ms(each.atBest[figure])} to ${ms(each.atWorst[figure])}`,
      percent(missOf(each, figure)),
    ]),
  ]);
  return formatTable(header, rows);
}
