/** `npm run torture:defects`: does the checker see it when the product breaks one of its rules? */
import { formatTable } from "./terminal/print-table.ts";
import { readOptions, refuse } from "./terminal/read-options.ts";
import { check, type Violation } from "./torture/checker/check.ts";
import { readEvidence } from "./torture/checker/read-evidence.ts";
import { copyProduct } from "./torture/defects/copy-product.ts";
import { type Change, DEFECTS } from "./torture/defects/defects.ts";
import {
  fieldOf,
  runScenario,
  SCENARIO_NAMES,
  type ScenarioName,
} from "./torture/defects/scenarios.ts";
import { startField } from "./torture/field/start-field.ts";

const USAGE = `npm run torture:defects -- [options]

  --only "no dedup"     defects whose name contains this
  --no-controls         leave out the runs without any defect, which must pass
  --verbose             tell every violation`;

const { values } = readOptions(USAGE, {
  only: { type: "string", default: "" },
  "no-controls": { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
});

/** Runs a scenario on a copy of the product with some changes, and answers what the checker says. */
async function judge(changes: readonly Change[], scenario: ScenarioName): Promise<Violation[]> {
  using copy = copyProduct(changes);
  const options = { seed: 1, relayers: 3, chain: "hardhat", root: copy.root } as const;
  await using field = await startField({ ...options, ...fieldOf(scenario) });
  await runScenario(field, scenario);
  return check(await readEvidence(field));
}

const rows: string[][] = [];
function tell(name: string, expected: string, violations: readonly Violation[], good: boolean) {
  const seen = [...new Set(violations.map(({ invariant }) => invariant))].join(" ");
  rows.push([name, expected, seen || "-", good ? "yes" : "NO"]);
  console.log(`${good ? "good" : "BAD "}  ${name}: ${seen || "nothing violated"}`);
  if (!values.verbose && good) return;
  for (const { invariant, what } of violations.slice(0, 12))
    console.log(`   ${invariant}: ${what}`);
}

const chosen = DEFECTS.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) refuse(`no defect has "${values.only}" in its name`);
if (!values["no-controls"]) {
  for (const scenario of SCENARIO_NAMES) {
    if (!chosen.some((defect) => defect.scenario === scenario)) continue;
    const violations = await judge([], scenario);
    tell(`no defect: ${scenario}`, "-", violations, violations.length === 0);
  }
}
for (const { name, changes, scenario, caughtBy } of chosen) {
  const violations = await judge(changes, scenario);
  const caught = violations.some(({ invariant }) => invariant === caughtBy);
  tell(name, caughtBy, violations, caught);
}
console.log(`\n${formatTable(["defect", "must be seen by", "seen by", "good"], rows)}`);
// What the embedded server has left to do at the exit would end the process with 0.
process.exit(rows.every(([, , , good]) => good === "yes") ? 0 : 1);
