import { formatTable } from "../terminal/print-table.ts";
import type { Tried } from "./run-trials.ts";

/** What came of trying alarms: when, under which server, and by how much the rules' times were shortened. */
export interface Report {
  readonly at: string;
  readonly prometheus: string;
  readonly factor: number;
  readonly tried: readonly Tried[];
}

const HEADER = ["alarm", "provoked by", "fired after", "ended by", "after", "fired beside it"];
const seconds = (value: number | undefined) => (value === undefined ? "–" : `${value} s`);

const rowsOf = ({ tried }: Report) =>
  tried.map(({ alert, cause, firedAfter, remedy, endedAfter, beside }) => [
    alert,
    cause,
    seconds(firedAfter),
    remedy,
    seconds(endedAfter),
    beside.map((each) => each.replace(/^Corridor/, "")).join(", "),
  ]);

/** A report for the terminal. */
export function formatReport(report: Report): string {
  const errors = report.tried.flatMap(({ alert, error }) =>
    error === undefined ? [] : [`${alert}: ${error}`],
  );
  const title = `Prometheus ${report.prometheus}, times of the rules divided by ${report.factor}`;
  return [`\n${title}\n`, formatTable(HEADER, rowsOf(report)), ...errors].join("\n");
}

/** A report as docs/operations/alarms-tried.md. */
export function reportAsPage(report: Report): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const { at, prometheus, factor } = report;
  return `# Alarms, tried

Written by \`npm run alarms -- --write\` on ${at.slice(0, 10)}: each alarm of [alerts.yml](alerts.yml) was provoked on a corridor of
real processes with payments on their way, seen to fire in Prometheus ${prometheus}, and ended by doing what its section of the
[runbook](../runbook.md#alerts) says. Expressions and thresholds were those of the file; every \`for\` and every window was
divided by ${factor}, and Prometheus read each second. So seconds tell the order of things here: with the file's own times an
alarm fires, and one over a window ends, as much later.

${[line(HEADER), line(HEADER.map(() => "---")), ...rowsOf(report).map(line)].join("\n")}

"Fired beside it" are alarms of the same cause that fired when this one did; some more followed.
`;
}
