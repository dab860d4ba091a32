import { formatTable } from "../../terminal/print-table.ts";
import type { Measured, Report } from "./measured.ts";

/** The figures of a load that two reports are compared by. */
function figuresOf(each: Measured): Map<string, number> {
  const { latencies, perTransfer, transfers, usage = {} } = each;
  const figures = new Map<string, number>([["per second", each.perSecond]]);
  const { p50, p95, p99, max } = latencies ?? {};
  for (const [name, value] of Object.entries({ p50, p95, p99, max, ...perTransfer })) {
    if (value !== undefined) figures.set(name, value);
  }
  for (const [name, { cpuSeconds, memoryMiB }] of Object.entries(usage)) {
    figures.set(`${name}: CPU µs`, (cpuSeconds * 1e6) / transfers);
    figures.set(`${name}: MiB`, memoryMiB);
  }
  return figures;
}

const digits = (value: number) => `${Number(value.toPrecision(4))}`;

/** Every figure that two reports both have, and the second over the first. Loads are matched by their names. */
export function compareReports(first: Report, second: Report): string {
  const rows = first.measured.flatMap((each) => {
    const other = second.measured.find(({ name }) => name === each.name);
    if (!other) return [];
    const others = figuresOf(other);
    return [...figuresOf(each)].flatMap(([figure, value]) => {
      const now = others.get(figure);
      if (now === undefined) return [];
      const ratio = value === 0 ? "" : (now / value).toFixed(3);
      return [[each.name, each.path, figure, digits(value), digits(now), ratio]];
    });
  });
  if (rows.length === 0) return "the two reports have no load in common";
  const head = ({ run, at, commit }: Report) => `${run}, ${at}, commit ${commit}`;
  return [
    `A: ${head(first)}`,
    `B: ${head(second)}`,
    "",
    formatTable(["load", "path", "figure", "A", "B", "B ÷ A"], rows),
  ].join("\n");
}
