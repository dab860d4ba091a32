/** `npm run measure -- <run>`: what the corridor does for how much, beside what a plain script would do. */
import { readFileSync } from "node:fs";
import { type CommandLine, readCommandLine } from "./measure/options.ts";
import { describeMachine, readCommit } from "./measure/read/machine.ts";
import { compareReports } from "./measure/report/compare.ts";
import { formatReport } from "./measure/report/format-report.ts";
import type { Report, RunResult } from "./measure/report/measured.ts";
import { compareWithTargets } from "./measure/report/targets.ts";
import { writeReport } from "./measure/report/write-report.ts";
import { RUNS, runAll } from "./measure/runs/all.ts";

type Ran = RunResult & { readonly failures?: readonly string[] };

function run({ run: name, options }: CommandLine): Promise<Ran> {
  if (name === "all") return runAll(options);
  const one = RUNS[name];
  if (!one) throw new Error(`there is no run ${name}`);
  return one(options);
}

async function measure(asked: CommandLine): Promise<void> {
  // As it was before this one used it.
  const machine = describeMachine();
  const at = new Date().toISOString();
  const { failures = [], ...result } = await run(asked);
  const report: Report = {
    format: 2,
    run: asked.run,
    at,
    commit: readCommit(),
    options: asked.given,
    machine,
    ...result,
    ...(asked.run === "all" && { targets: compareWithTargets(result.measured) }),
  };
  console.log(formatReport(report));
  const { mode } = asked.options;
  const name = ["all", "naive", "chain-limit"].includes(asked.run)
    ? asked.run
    : `${asked.run}-${mode}`;
  const paths = await writeReport(report, { name, out: asked.out, json: asked.json });
  console.log(`\nwritten: ${paths.join(", ")}`);
  for (const failure of failures) console.error(`failed: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

try {
  const asked = readCommandLine();
  if ("compare" in asked) {
    const [first, second] = asked.compare.map((path) => JSON.parse(readFileSync(path, "utf8")));
    console.log(compareReports(first, second));
  } else {
    await measure(asked);
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
process.exit();
