import { formatTable } from "../../terminal/print-table.ts";
import type { Measured, Report, TargetResult, Trial } from "./measured.ts";

const ms = (value: number | undefined) => (value === undefined ? "" : `${value.toFixed(1)} ms`);
const share = (value: number | undefined) =>
  value === undefined ? "" : `${(value * 100).toFixed(1)} %`;
const whole = (value: number | undefined) => (value === undefined ? "" : value.toFixed(0));
/** Three significant digits: what is counted per transfer goes from thousandths to thousands. */
const counted = (value: number | undefined) =>
  value === undefined ? "" : `${Number(value.toPrecision(3))}`;

const MICROS = 1e6;
/** Beyond this share the load generator measures itself as well. */
const BUSY = 0.8;

const blocksOf = ({ blockTimeMs }: Measured) =>
  blockTimeMs === 0 ? "at once" : `${blockTimeMs} ms`;

function timesTable(measured: readonly Measured[]): string {
  const header = [
    "confirmation time",
    "path",
    "blocks",
    "n",
    "p50",
    "p95",
    "p99",
    "max",
    "≤ 1 s",
    "≤ 3 s",
    "≤ 60 s",
    "per second",
  ];
  const rows = measured.map((each) => {
    const times = each.latencies;
    return [
      each.name,
      each.path,
      blocksOf(each),
      `${each.transfers}`,
      ...[times?.p50, times?.p95, times?.p99, times?.max].map(ms),
      ...[times?.within1s, times?.within3s, times?.within60s].map(share),
      each.perSecond.toFixed(1),
    ];
  });
  return formatTable(header, rows);
}

function costTable(measured: readonly Measured[]): string {
  const header = [
    "cost of one transfer",
    "path",
    "CPU µs",
    "per CPU second",
    "gas",
    "chain tx",
    "statements",
    "row writes",
    "commits",
    "log bytes",
    "HTTP served",
    "HTTP made",
  ];
  const rows = measured.flatMap(({ name, path, perTransfer: cost }) =>
    cost
      ? [
          [
            name,
            path,
            whole(cost.cpuMicros),
            whole(MICROS / cost.cpuMicros),
            whole(cost.gas),
            counted(cost.chainTransactions),
            counted(cost.statements),
            counted(cost.rowWrites),
            counted(cost.commits),
            whole(cost.walBytes),
            counted(cost.httpServed),
            counted(cost.httpMade),
          ],
        ]
      : [],
  );
  return formatTable(header, rows);
}

function processTable(each: Measured): string {
  const { transfers } = each;
  const header = [
    `${each.name}: process`,
    "CPU µs a transfer",
    "memory",
    "grown",
    "most",
    "written a transfer",
  ];
  // A service that was ended before holds nothing.
  const alive = Object.entries(each.usage ?? {}).filter(([, { maximumMiB }]) => maximumMiB > 0);
  const rows = alive.map(([name, used]) => [
    name,
    whole((used.cpuSeconds * MICROS) / transfers),
    `${used.memoryMiB} MiB`,
    `${used.grownMiB} MiB`,
    `${used.maximumMiB} MiB`,
    `${whole(used.writtenBytes / transfers)} B`,
  ]);
  return formatTable(header, rows);
}

function notes(each: Measured): string[] {
  const lines: string[] = [];
  const errors = Object.entries(each.errors).map(([kind, count]) => `${count} × ${kind}`);
  if (errors.length > 0) lines.push(`errors: ${errors.join("; ")}`);
  const stages = Object.entries(each.stages ?? {}).map(
    ([state, at]) => `${state} ${at.toFixed(1)}`,
  );
  if (stages.length > 0) lines.push(`stages, mean ms since accepted: ${stages.join(" · ")}`);
  if (each.latencies && each.blockTimeMs > 0) {
    const intervals = (value: number) => (value / each.blockTimeMs).toFixed(2);
    const { p50, p99 } = each.latencies;
    lines.push(`in block intervals: p50 ${intervals(p50)}, p99 ${intervals(p99)}`);
  }
  if (each.loadBusy !== undefined) {
    const limits = each.loadBusy > BUSY ? ": it limits the load" : "";
    lines.push(`load generator busy: ${share(each.loadBusy)}${limits}`);
  }
  if (each.othersBusy !== undefined) {
    lines.push(`others used ${each.othersBusy.toFixed(2)} cores of the machine meanwhile`);
  }
  if (each.verified) {
    const { transfers, sentMinor, receivedMinor } = each.verified;
    lines.push(
      `verified: ${transfers} transfers credited exactly once; ${sentMinor} sent, ${receivedMinor} received, in minor units`,
    );
  }
  return lines.map((line) => `  ${each.name}: ${line}`);
}

function trialTable(trials: readonly Trial[]): string {
  const rows = trials.map(({ path, rate, perSecond, p50, p99, errors, held }) => [
    path,
    rate.toFixed(0),
    perSecond.toFixed(0),
    ms(p50),
    ms(p99),
    `${errors}`,
    held ? "held" : "not held",
  ]);
  return formatTable(["search", "asked", "per second", "p50", "p99", "errors", "end"], rows);
}

function targetTable(targets: readonly TargetResult[]): string {
  const endOf = ({ met }: TargetResult) =>
    met === undefined ? "no figure" : met ? "met" : "MISSED";
  const rows = targets.map((each) => [each.figure, each.target, each.ours, endOf(each)]);
  return formatTable(["figure", "target", "ours", ""], rows);
}

/** A report as a page of text. */
export function formatReport(report: Report): string {
  const { run, measured, trials = [], targets = [], machine } = report;
  const { processors, model, memoryGiB, loadAverage, node, hardhat, pglite, postgres } = machine;
  return [
    `\n${run}, ${report.at}, commit ${report.commit}`,
    `${processors} × ${model}, ${memoryGiB} GiB, load average ${loadAverage} before; Node ${node}, Hardhat ${hardhat}, PGlite ${pglite}, PostgreSQL ${postgres}`,
    "",
    timesTable(measured),
    "",
    costTable(measured),
    ...measured.filter(({ usage }) => usage).flatMap((each) => ["", processTable(each)]),
    "",
    ...measured.flatMap(notes),
    ...(trials.length > 0 ? ["", trialTable(trials)] : []),
    ...(targets.length > 0 ? ["", targetTable(targets)] : []),
  ].join("\n");
}
