/** `npm run crash-table`: every crash point of a relayer, crashed in four ways, with others beside it on one database. */

import type { CellPlan, CellResult } from "./crash-table/cell.ts";
import { type CrashGround, newViolations, runCell } from "./crash-table/crash-cell.ts";
import { runMigrationCell } from "./crash-table/migration-cell.ts";
import { CRASH_POINTS, CRASHES, type Crash, type CrashPoint } from "./crash-table/points.ts";
import { seededRandom } from "./kill-start/seeded-random.ts";
import { formatTable } from "./terminal/print-table.ts";
import { readChoice, readCount, readOptions } from "./terminal/read-options.ts";
import { chainReaderOf } from "./torture/checker/read-evidence.ts";
import { startField } from "./torture/field/start-field.ts";
import { USUAL_MIX } from "./torture/load/orders.ts";
import { openAccounts } from "./torture/load/people.ts";
import { settleDown } from "./torture/settle-down.ts";

const USAGE = `npm run crash-table -- [options]

  --points C04,C05      only these points; all 21 when absent
  --crashes kill,stop   only these; all of kill, stop, throw and database when absent
  --times 5             how often each
  --relayers 3          on one PostgreSQL
  --seed 1              which relayer, and at which hit
  --at-once 2           points that are tried at the same time, each on a corridor of its own

Ends with 0 when every point was hit every time and nothing was violated.`;

const { values } = readOptions(USAGE, {
  points: { type: "string", default: CRASH_POINTS.map(({ name }) => name).join(",") },
  crashes: { type: "string", default: CRASHES.join(",") },
  times: { type: "string", default: "5" },
  relayers: { type: "string", default: "3" },
  seed: { type: "string", default: "1" },
  "at-once": { type: "string", default: "2" },
});

const [times, relayers] = [
  readCount("times", values.times),
  readCount("relayers", values.relayers),
];
const [seed, atOnce] = [readCount("seed", values.seed, 0), readCount("at-once", values["at-once"])];
/** What a list names, each of which there must be: a misspelt point would be a crash that nobody tried. */
const listed = <T extends string>(option: string, list: string, allowed: readonly T[]): T[] =>
  list.split(",").map((each) => readChoice(`each of --${option}`, each, allowed));
const names = listed(
  "points",
  values.points,
  CRASH_POINTS.map(({ name }) => name),
);
const crashes = listed("crashes", values.crashes, CRASHES);

const PAIRS = 3;
/** A point is tried at one of its first hits. */
const LATEST_HIT = 3;
const LAST_REST_MS = 120_000;
const RECALLS_ONLY = { ...USUAL_MIX, recalled: 1, unpayable: 0, sanctioned: 0, repeated: 0 };

interface Row {
  readonly point: CrashPoint;
  readonly crash: Crash;
  readonly results: readonly CellResult[];
}

/** All that was done at one point. */
interface Trial {
  readonly rows: readonly Row[];
  /** What did not hold when everything had come to rest. */
  readonly last: readonly string[];
  readonly payments: number;
}

const seconds = (ms: number | undefined) =>
  ms === undefined ? "-" : `${(ms / 1_000).toFixed(1)} s`;

function tell({ point, crash, results }: Row): string[] {
  const times = results.flatMap(({ recoveredMs }) => recoveredMs ?? []).sort((a, b) => a - b);
  return [
    `${point.name} ${point.where}`,
    crash,
    `${results.filter(({ hit }) => hit).length} of ${results.length}`,
    `${results.reduce((sum, { violations }) => sum + violations.length, 0)}`,
    seconds(times[Math.floor(times.length / 2)]),
    seconds(times.at(-1)),
  ];
}

async function runRow(
  ground: CrashGround,
  plan: Omit<CellPlan, "repetition" | "victim" | "atHit">,
) {
  const { field, load } = ground;
  const { point, crash } = plan;
  const results: CellResult[] = [];
  for (let repetition = 0; repetition < times; repetition++) {
    const victim = Math.floor(load.random() * field.crew.count);
    const atHit = 1 + Math.floor(load.random() * LATEST_HIT);
    const cell = { ...plan, repetition, victim, atHit };
    const mix = point.load === "recalls" ? RECALLS_ONLY : load.mix;
    const began = performance.now();
    const result =
      point.load === "migration"
        ? await runMigrationCell(field, cell)
        : await runCell({ ...ground, load: { ...load, mix } }, cell);
    results.push(result);
    const { hit, violations, recoveredMs } = result;
    const took = seconds(performance.now() - began);
    console.log(
      `${point.name} ${crash} at hit ${atHit} of relayer ${victim}: ${hit ? "hit" : "NOT HIT"}, at rest after ${seconds(recoveredMs)} (${took}), ${violations.length} violations`,
    );
    for (const violation of violations) console.log(`   ${violation}`);
  }
  return { point, crash, results };
}

/** Every crash at one point, on a corridor that begins with it: all of it is read again after each. */
async function runPoint(point: CrashPoint): Promise<Trial> {
  await using field = await startField({
    seed,
    chain: "hardhat",
    relayers,
    cycleSeconds: 2,
  });
  const random = seededRandom(seed + CRASH_POINTS.indexOf(point));
  const load = { people: await openAccounts(field, PAIRS), mix: USUAL_MIX, random };
  const ground = { field, load, reader: chainReaderOf(field), told: new Set<string>() };
  const rows: Row[] = [];
  for (const crash of crashes) rows.push(await runRow(ground, { point, crash }));
  await field.crew.healAll();
  const rest = await settleDown(field, { patienceMs: LAST_REST_MS, webhooks: true });
  const last = [...rest.open, ...(await newViolations(ground, true))];
  return { rows, last, payments: field.history.orders.length };
}

const began = performance.now();
const waiting = CRASH_POINTS.filter(({ name }) => names.includes(name));
const trials: Trial[] = [];
async function work() {
  for (let point = waiting.shift(); point; point = waiting.shift()) {
    trials.push(await runPoint(point));
  }
}
await Promise.all(Array.from({ length: atOnce }, work));
const rows = trials
  .flatMap((trial) => trial.rows)
  .sort((a, b) => CRASH_POINTS.indexOf(a.point) - CRASH_POINTS.indexOf(b.point));
const last = trials.flatMap((trial) => trial.last);
const payments = trials.reduce((sum, trial) => sum + trial.payments, 0);
const header = ["point", "crash", "hit", "violations", "at rest after, median", "longest"];
console.log(`\n${formatTable(header, rows.map(tell))}\n`);
for (const violation of last) console.log(`at the end: ${violation}`);
const cells = rows.flatMap(({ results }) => results);
const violated = cells.filter(({ violations }) => violations.length > 0).length;
const hits = cells.filter(({ hit }) => hit).length;
console.log(
  `${cells.length} crashes, ${hits} hit, ${violated + last.length} violated, ${payments} payments, ${seconds(performance.now() - began)}`,
);
// What the embedded server has left to do at the exit would end the process with 0.
process.exit(hits === cells.length && violated + last.length === 0 ? 0 : 1);
