import { formatTable } from "../terminal/print-table.ts";
import type { describeMachine } from "./machine.ts";
import type { NaiveResult } from "./naive.ts";
import type { Latencies } from "./percentiles.ts";
import type { LoadResult, RunName } from "./run-load.ts";

/** Everything that one run found out. */
export interface Report {
  readonly run: RunName;
  readonly blockTimeMs: number;
  readonly store: "pglite" | "postgres";
  readonly machine: ReturnType<typeof describeMachine>;
  readonly ours: LoadResult;
  readonly naive: NaiveResult;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const share = (value: number) => `${(value * 100).toFixed(1)} %`;

function latencyRow(label: string, latencies: Latencies, perSecond: number): string[] {
  const { count, p50, p95, p99, max, within1s, within3s } = latencies;
  return [
    label,
    `${count}`,
    ms(p50),
    ms(p95),
    ms(p99),
    ms(max),
    share(within1s),
    share(within3s),
    perSecond.toFixed(1),
  ];
}

function ratios({ ours, naive, blockTimeMs }: Report): string[] {
  const lines = [
    `confirmation p50 ÷ naive sequential p50: ${(ours.latencies.p50 / naive.sequential.p50).toFixed(2)}`,
  ];
  if (blockTimeMs > 0) {
    const intervals = (value: number) => (value / blockTimeMs).toFixed(2);
    lines.push(
      `in block intervals: p50 ${intervals(ours.latencies.p50)}, p99 ${intervals(ours.latencies.p99)}`,
    );
  }
  return lines;
}

/** The run as a page of text. Every figure is of single transfers, each with its own signature. */
export function formatReport(report: Report): string {
  const { ours, naive, machine } = report;
  const header = [
    "confirmation time",
    "n",
    "p50",
    "p95",
    "p99",
    "max",
    "≤ 1 s",
    "≤ 3 s",
    "per second",
  ];
  const rows = [
    latencyRow("corridor, single transfers", ours.latencies, ours.perSecond),
    latencyRow("naive, one after the other", naive.sequential, naive.sequential.perSecond),
  ];
  if (naive.concurrent) {
    const label = `naive, all at once (${naive.concurrent.refused} refused)`;
    rows.push(latencyRow(label, naive.concurrent, naive.concurrent.perSecond));
  }
  const stages = Object.entries(ours.stages).map(([state, mean]) => `${state} ${mean.toFixed(1)}`);
  const usage = Object.entries(ours.usage).map(([name, { cpuSeconds, memoryMiB }]) => [
    name,
    `${((cpuSeconds * 1_000) / ours.verified.transfers).toFixed(2)} ms`,
    `${memoryMiB} MiB`,
  ]);
  const errors = Object.entries(ours.errors).map(([kind, count]) => `${count} × ${kind}`);
  const { gas, statements, cpuMs } = ours.perTransfer;
  return [
    `\n${report.run}, blocks ${report.blockTimeMs === 0 ? "at once" : `every ${report.blockTimeMs} ms`}, ${report.store}`,
    formatTable(header, rows),
    "",
    ...ratios(report),
    `stages, mean ms since accepted: ${stages.join(" · ")}`,
    `per transfer: ${gas} gas, ${statements.toFixed(1)} database statements at the relayer, ${cpuMs.toFixed(1)} ms of CPU in all`,
    `errors: ${errors.length > 0 ? errors.join("; ") : "none"}`,
    `verified: ${ours.verified.transfers} transfers credited exactly once; ${ours.verified.sentMinor} sent, ${ours.verified.receivedMinor} received, in minor units`,
    "",
    formatTable(["process", "CPU per transfer", "memory"], usage),
    "",
    `${machine.processors} × ${machine.model}, ${machine.memoryGiB} GiB, Node ${machine.node}, Hardhat ${machine.hardhat}, PGlite ${machine.pglite}`,
  ].join("\n");
}
