import { formatTable } from "../terminal/print-table.ts";
import type { Verdict } from "./run-cases.ts";

/** The verdicts as a table and a line that sums them up. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, end, why, demands, seconds }) => [
    end === "passed" ? "✔" : end === "failed" ? "✘" : "–",
    name,
    `${seconds.toFixed(1)} s`,
    why ?? demands,
  ]);
  const count = (end: Verdict["end"]) => verdicts.filter((each) => each.end === end).length;
  const table = formatTable(["", "case", "took", "what is demanded, or what was found"], rows);
  const notRun = count("not run");
  const rest = notRun > 0 ? `, ${notRun} not run` : "";
  return `${table}\n\n${count("passed")} of ${verdicts.length} passed, ${count("failed")} failed${rest}`;
}

const escaped = (text: string) =>
  text.replace(/\p{Cc}/gu, " ").replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The verdicts as JUnit XML, which every build server reads. */
export function toJunit(verdicts: readonly Verdict[]): string {
  const cases = verdicts.map(({ name, end, why = "", seconds }) => {
    const head = `    <testcase classname="corridor.conformance" name="${escaped(name)}" time="${seconds.toFixed(3)}"`;
    if (end === "passed") return `${head}/>`;
    const element = end === "failed" ? "failure" : "skipped";
    return `${head}><${element} message="${escaped(why)}"/></testcase>`;
  });
  const count = (end: Verdict["end"]) => verdicts.filter((each) => each.end === end).length;
  const time = verdicts.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="corridor conformance" tests="${verdicts.length}" failures="${count("failed")}" skipped="${count("not run")}" time="${time}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
