/** `npm run alarms`: each alarm is provoked on a running corridor, seen to fire in Prometheus, and ended by its runbook. */
import { readFileSync, writeFileSync } from "node:fs";
import { startBench } from "./alarms/bench.ts";
import { TRIALS } from "./alarms/every-trial.ts";
import { hastenRules } from "./alarms/hasten-rules.ts";
import { findPrometheus } from "./alarms/prometheus.ts";
import { formatReport, reportAsPage } from "./alarms/report.ts";
import { runTrial, type Tried } from "./alarms/run-trials.ts";
import { readNumber, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run alarms -- [options]

  --only A,B      tries these alarms alone
  --factor 20     every "for" and every window of the rules is shorter by so much; thresholds stay
  --json          print the result as JSON
  --write         write docs/operations/alarms-tried.md as well

Needs a Prometheus server: on the path, or named by PROMETHEUS. Ends with 0 when each alarm fired and ended, 1 when one
did not, 2 when nothing could be tried.`;

const { values } = readOptions(USAGE, {
  only: { type: "string" },
  factor: { type: "string", default: "20" },
  json: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
});

const RULES = new URL("../docs/operations/alerts.yml", import.meta.url);
const PAGE = new URL("../docs/operations/alarms-tried.md", import.meta.url);
const say = (text: string) => process.stderr.write(`${text}\n`);

function chooseTrials() {
  const names = values.only?.split(",");
  if (names && values.write) throw new Error("--write is for all of them, and not for --only some");
  const unknown = names?.find((name) => TRIALS.every(({ alert }) => alert !== name));
  if (unknown !== undefined) throw new Error(`there is no alarm ${unknown}`);
  return TRIALS.filter(({ alert }) => names?.includes(alert) ?? true);
}

const seconds = (value: number | undefined) => (value === undefined ? "–" : `${value} s`);

async function run(): Promise<number> {
  const trials = chooseTrials();
  const binary = findPrometheus();
  const factor = readNumber("factor", values.factor);
  const rules = hastenRules(readFileSync(RULES, "utf8"), factor);
  await using bench = await startBench({ binary, rules, onStep: (step) => say(`start: ${step}`) });
  const tried: Tried[] = [];
  for (const trial of trials) {
    say(`${trial.alert}: ${trial.cause}`);
    const seen = await runTrial(bench, trial);
    say(
      `  fired ${seconds(seen.firedAfter)}, ended ${seconds(seen.endedAfter)} ${seen.error ?? ""}`,
    );
    tried.push(seen);
  }
  const { version: prometheus } = bench.prometheus;
  const report = { at: new Date().toISOString(), prometheus, factor, tried };
  console.log(values.json ? JSON.stringify(report, null, 2) : formatReport(report));
  if (values.write) writeFileSync(PAGE, reportAsPage(report));
  return tried.every(({ error }) => error === undefined) ? 0 : 1;
}

try {
  process.exit(await run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
