/** `npm test`: every test, in groups of one process each, some at a time. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

interface Group {
  readonly name: string;
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Ended {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const MOCHA = fileURLToPath(new URL("../node_modules/mocha/bin/mocha.js", import.meta.url));
const TESTS = "test/**/*.test.ts";
const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m;

/**
 * The longest groups come first, so that none is left alone at the end. What speaks to the relayer's database from
 * outside runs twice: on the embedded database and on PostgreSQL.
 */
function groupsOf(files: readonly string[]): Group[] {
  const inside = (folder: string) => files.filter((file) => file.startsWith(`test/${folder}/`));
  const named = ["contracts", "e2e", "simulation"];
  // `npm start` on one directory, killed and started again, is the embedded database's own story.
  const isSurvival = (file: string) => file.includes("/local-survival");
  const survival = inside("e2e").filter(isSurvival);
  const endToEnd = inside("e2e").filter((file) => !isSurvival(file));
  const rest = files.filter((file) => !named.some((name) => file.startsWith(`test/${name}/`)));
  return [
    { name: "e2e, on the embedded database", files: endToEnd },
    { name: "e2e, on PostgreSQL", files: endToEnd, env: { TEST_DATABASE: "postgresql" } },
    { name: "contracts", files: inside("contracts") },
    { name: "npm start, killed and started again", files: survival },
    { name: "the rest", files: rest },
    { name: "simulation", files: inside("simulation") },
  ];
}

/** Runs one group; what it prints comes in one piece, when it has ended. */
function run({ name, files, env }: Group): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, [MOCHA, "--exit", ...files], {
    env: { ...process.env, ...env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.once("close", (code) => {
      const output = Buffer.concat(chunks).toString();
      const seconds = Math.round((performance.now() - began) / 1_000);
      console.log(`\n── ${name}: ${seconds} s ${"─".repeat(40)}\n${output}`);
      const [, passed, failed, skipped] = CLOSING_LINE.exec(output) ?? [];
      const ended = {
        passed: Number(passed ?? 0),
        failed: Number(failed ?? 0),
        skipped: Number(skipped ?? 0),
      };
      // A group that ended without its closing line, or badly with nothing failed, has failed as a whole.
      const unexplained = passed === undefined || (code !== 0 && ended.failed === 0);
      resolve(unexplained ? { ...ended, failed: ended.failed + 1 } : ended);
    });
  });
}

async function runAll(groups: readonly Group[], atOnce: number): Promise<Ended[]> {
  const waiting = [...groups];
  const ended: Ended[] = [];
  const work = async () => {
    for (let group = waiting.shift(); group; group = waiting.shift()) ended.push(await run(group));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return ended;
}

const files = globSync(TESTS, { exclude: ["test/deep/**"] }).sort();
// Much of an end-to-end test is waiting for blocks and clocks: one group more than processors keeps them busy.
const ended = await runAll(groupsOf(files), availableParallelism() + 1);
const sum = (of: (each: Ended) => number) => ended.reduce((total, each) => total + of(each), 0);
const skipped = sum((each) => each.skipped);
console.log(
  `\n${sum((each) => each.passed)} passed, ${sum((each) => each.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = sum((each) => each.failed) > 0 ? 1 : 0;
