import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { drawCdf, drawThroughput, drawWaterfall } from "./draw.ts";
import type { Report } from "./measured.ts";

/** Writes a report as JSON and as pictures; answers the paths. */
export async function writeReport(
  report: Report,
  to: { readonly name: string; readonly out: string; readonly json?: string | undefined },
): Promise<string[]> {
  const paths: string[] = [];
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    paths.push(path);
  };
  const at = (ending: string) => join(to.out, `${to.name}${ending}`);
  write(to.json ?? at(".json"), `${JSON.stringify(report)}\n`);
  const { measured, trials = [] } = report;
  if (measured.some(({ samples }) => samples)) write(at("-cdf.svg"), await drawCdf(report));
  if (measured.some(({ stages }) => stages)) {
    write(at("-waterfall.svg"), await drawWaterfall(report));
  }
  if (trials.length > 0) {
    write(at("-throughput.svg"), await drawThroughput(report.run, trials));
  }
  return paths;
}
