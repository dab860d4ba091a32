import type { Measured, Report } from "../measure/report/measured.ts";
import type { Latencies } from "../measure/report/percentiles.ts";
import { formatTable } from "../terminal/print-table.ts";
import { costsOf } from "./costs.ts";
import { othersFor } from "./others.ts";
import { type Prediction, predict } from "./predict.ts";

/** A measured load beside what the model says of it, out of the costs of the same load. */
export interface Compared {
  readonly measured: Measured & { readonly rate: number; readonly latencies: Latencies };
  readonly predicted: Prediction;
  /** Threads of others on the machine meanwhile, by the CPU time that they got. */
  readonly others: number;
}

/** Transfers in an order of a report's load. */
export function sizeIn(report: Report, { path }: Measured): number {
  return path === "batch" ? Number(report.options["batch-size"]) : 1;
}

const isOpenLoop = (each: Measured): each is Compared["measured"] =>
  each.rate !== undefined && each.latencies !== undefined && each.usage !== undefined;

/** Predicts every load of some reports that was sent at a fixed rate. No latency that was measured goes into it. */
export function compareWithModel(reports: readonly Report[], seed: number): Compared[] {
  return reports.flatMap((report) =>
    report.measured.filter(isOpenLoop).map((measured): Compared => {
      const { rate, transfers, othersBusy = 0 } = measured;
      const load = {
        costs: costsOf(measured, sizeIn(report, measured)),
        rate,
        seconds: transfers / rate,
        cores: report.machine.processors,
        arrivals: "even",
      } as const;
      const others = othersFor(load, { othersBusy, seed });
      return { measured, predicted: predict({ ...load, others, seed }), others };
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

const ms = (value: number) => value.toFixed(0);
const percent = (value: number) => `${value < 0 ? "" : "+"}${(value * 100).toFixed(0)} %`;

/** Measured beside predicted as a table, in milliseconds, with the error of each figure and the median of their sizes. */
export function formatComparison(compared: readonly Compared[]): string {
  const header = ["measured beside predicted, ms", "others used", "as threads"].concat(
    FIGURES.flatMap((figure) => [figure, "predicted", "error"]),
  );
  const rows = compared.map(({ measured, predicted, others }) => [
    measured.name,
    `${(measured.othersBusy ?? 0).toFixed(2)} cores`,
    others.toFixed(1),
    ...FIGURES.flatMap((figure) => [
      ms(measured.latencies[figure]),
      ms(predicted[figure]),
      percent(predicted[figure] / measured.latencies[figure] - 1),
    ]),
  ]);
  const sizes = errorsOf(compared)
    .map(Math.abs)
    .sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  return `${formatTable(header, rows)}\n\nmedian size of the error: ${(median * 100).toFixed(0)} %`;
}
