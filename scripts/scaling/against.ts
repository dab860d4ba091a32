import type { Measured, Report } from "../measure/report/measured.ts";
import type { Latencies } from "../measure/report/percentiles.ts";
import { formatTable } from "../terminal/print-table.ts";
import { costsOf } from "./costs.ts";
import { type Prediction, predict } from "./predict.ts";

/** A measured load beside what the model says of it, out of the costs of the same load. */
export interface Compared {
  readonly measured: Measured & { readonly rate: number; readonly latencies: Latencies };
  readonly predicted: Prediction;
}

/** Others' counts are coarse; nobody is left with nothing. */
const LEAST_CORES = 0.1;

/** Transfers in an order of a report's load. */
export function sizeIn(report: Report, { path }: Measured): number {
  return path === "batch" ? Number(report.options["batch-size"]) : 1;
}

const isOpenLoop = (each: Measured): each is Compared["measured"] =>
  each.rate !== undefined && each.latencies !== undefined && each.usage !== undefined;

/**
 * Predicts every load of some reports that was sent at a fixed rate, on what others left of the machine's cores meanwhile.
 */
export function compareWithModel(reports: readonly Report[], seed: number): Compared[] {
  return reports.flatMap((report) =>
    report.measured.filter(isOpenLoop).map((measured): Compared => {
      const { rate, transfers, othersBusy = 0 } = measured;
      const predicted = predict({
        costs: costsOf(measured, sizeIn(report, measured)),
        rate,
        seconds: transfers / rate,
        cores: Math.max(LEAST_CORES, report.machine.processors - othersBusy),
        arrivals: "even",
        seed,
      });
      return { measured, predicted };
    }),
  );
}

const FIGURES = ["p50", "p95", "p99"] as const;

/** Predicted over measured, less one, of each figure of each load. */
export function errorsOf(compared: readonly Compared[]): number[] {
  return compared.flatMap(({ measured, predicted }) =>
    FIGURES.map((figure) => predicted[figure] / measured.latencies[figure] - 1),
  );
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const percent = (value: number) => `${value < 0 ? "" : "+"}${(value * 100).toFixed(0)} %`;

/** Measured beside predicted as a table, with the error of each figure and the mean of their sizes. */
export function formatComparison(compared: readonly Compared[]): string {
  const header = [
    "load",
    "others",
    ...FIGURES.flatMap((f) => [`${f} measured`, "predicted", "error"]),
  ];
  const rows = compared.map(({ measured, predicted }) => [
    measured.name,
    `${(measured.othersBusy ?? 0).toFixed(2)} cores`,
    ...FIGURES.flatMap((figure) => [
      ms(measured.latencies[figure]),
      ms(predicted[figure]),
      percent(predicted[figure] / measured.latencies[figure] - 1),
    ]),
  ]);
  const sizes = errorsOf(compared).map(Math.abs);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return `${formatTable(header, rows)}\n\nmean size of the error: ${(mean * 100).toFixed(0)} %`;
}
