/** `npm run kill-start`: does `npm start` come back with everything when all of it is killed under load? */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Round, runRounds } from "./kill-start/run-rounds.ts";
import { seededRandom } from "./kill-start/seeded-random.ts";
import { formatTable } from "./terminal/print-table.ts";
import { readCount, readDuration, readOptions } from "./terminal/read-options.ts";

const USAGE = `npm run kill-start -- [options]

  --times 20            how often everything is killed, on one directory
  --pairs 8             senders who pay all the time
  --block-time 1s       time between blocks; 0 mines at once
  --seed N              when to kill; a new one is drawn and told when absent
  --keep                leave the directory behind`;

const { values } = readOptions(USAGE, {
  times: { type: "string", default: "20" },
  pairs: { type: "string", default: "8" },
  "block-time": { type: "string", default: "1s" },
  seed: { type: "string" },
  keep: { type: "boolean", default: false },
});

function tell({ round, violations, ...seen }: Round): void {
  const verdict = violations.length === 0 ? "nothing lost" : "VIOLATED";
  console.log(
    `${round}: killed after ${seen.killedAfterMs} ms of load, ${seen.killedStarting} times more while starting; back after ${seen.backAfterMs} ms; ${seen.payments} payments, ${seen.settled} settled, ${seen.givenBack} given back; ${seen.blocks} blocks compared: ${verdict}`,
  );
  for (const violation of violations) console.log(`   ${violation}`);
}

function summarise(rounds: readonly Round[]): string {
  const back = rounds.map(({ backAfterMs }) => backAfterMs).sort((a, b) => a - b);
  const last = rounds.at(-1);
  const kills = rounds.length + rounds.reduce((sum, each) => sum + each.killedStarting, 0);
  return formatTable(
    ["", ""],
    [
      ["kills", `${kills}`],
      ["payments", `${last?.payments ?? 0}`],
      ["settled, each credited once", `${last?.settled ?? 0}`],
      ["given back to the sender", `${last?.givenBack ?? 0}`],
      ["blocks with equal hashes", `${last?.blocks ?? 0}`],
      ["back after, median", `${back[Math.floor(back.length / 2)] ?? 0} ms`],
      ["back after, longest", `${back.at(-1) ?? 0} ms`],
    ],
  );
}

const seed = readCount("seed", values.seed ?? `${Math.floor(Math.random() * 2 ** 31)}`, 0);
const [times, pairs] = [readCount("times", values.times), readCount("pairs", values.pairs)];
readDuration(values["block-time"]);
const directory = mkdtempSync(join(tmpdir(), "corridor-kill-"));
try {
  console.log(`seed ${seed}, data in ${directory}`);
  const rounds = await runRounds({
    directory,
    times,
    pairs,
    blockTime: values["block-time"],
    random: seededRandom(seed),
    onRound: tell,
  });
  console.log(`\n${summarise(rounds)}`);
  process.exitCode = rounds.some(({ violations }) => violations.length > 0) ? 1 : 0;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  if (!values.keep) rmSync(directory, { recursive: true, force: true });
}
