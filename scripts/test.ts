/** `npm test`: every test, in groups of one process each, some at a time. */
import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
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
  /** A line for each failure, to be repeated at the end. */
  readonly failures: readonly string[];
}

const MOCHA = fileURLToPath(new URL("../node_modules/mocha/bin/mocha.js", import.meta.url));
/** Each process reads the same sources, and there are some hundred of them. */
const COMPILED = fileURLToPath(
  new URL("../node_modules/.cache/corridor/compiled", import.meta.url),
);
const TESTS = "test/**/*.test.ts";
const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m;
const FAILURE = /^FAILED .*$/gm;

/** What a file imports that goes by the one corridor of its process. */
const SHARED = /from "\.\/(?:shared-corridor|refusal-fixture)\.ts"/;
const ON_POSTGRESQL = { TEST_DATABASE: "postgresql" };
/**
 * The longest groups come first, so that none is left alone at the end. Every story of the relayer's is told on
 * the embedded database and on PostgreSQL.
 */
function groupsOf(files: readonly string[]): Group[] {
  const inside = (...folders: string[]) =>
    files.filter((file) => folders.some((folder) => file.startsWith(`test/${folder}/`)));
  // `npm start` on one directory, killed and started again, is the embedded database's own story.
  const [survival, endToEnd] = split(inside("e2e"), (file) => file.includes("/local-survival"));
  const [shared, own] = split(endToEnd, (file) => SHARED.test(readFileSync(file, "utf8")));
  const [half, otherHalf] = split(own, (file) => own.indexOf(file) % 2 === 0);
  const named = inside(
    "contracts",
    "e2e",
    "pages",
    "simulation",
    "sdk",
    "scripts",
    "torture",
    "server",
  );
  return [
    { name: "pages, in Chromium", files: inside("pages") },
    { name: "end to end, a corridor each", files: half },
    { name: "end to end, a corridor each, on PostgreSQL", files: half, env: ON_POSTGRESQL },
    { name: "services", files: inside("server") },
    { name: "scripts and torture", files: inside("scripts", "torture") },
    { name: "end to end, more of them", files: otherHalf },
    { name: "end to end, more of them, on PostgreSQL", files: otherHalf, env: ON_POSTGRESQL },
    { name: "end to end, one corridor, on PostgreSQL", files: shared, env: ON_POSTGRESQL },
    { name: "simulation", files: inside("simulation") },
    { name: "contracts", files: inside("contracts") },
    { name: "end to end, one corridor", files: shared },
    { name: "npm start, killed and started again", files: survival },
    { name: "SDK", files: inside("sdk") },
    { name: "the rest", files: files.filter((file) => !named.includes(file)) },
  ].filter((group) => group.files.length > 0);
}

/** The files of which something is true, and the others. */
function split(files: readonly string[], is: (file: string) => boolean): [string[], string[]] {
  return [files.filter(is), files.filter((file) => !is(file))];
}

/** Runs one group; what it prints comes in one piece, when it has ended. */
function run({ name, files, env }: Group): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, [MOCHA, "--exit", ...files], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: COMPILED,
      ...env,
      FORCE_COLOR: process.stdout.isTTY ? "1" : "0",
    },
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
        failures: (output.match(FAILURE) ?? []).map((line) => `${line} [${name}]`),
      };
      // A group that ended without its closing line, or badly with nothing failed, has failed as a whole.
      const unexplained = passed === undefined || (code !== 0 && ended.failed === 0);
      const why = `FAILED ${name}: ended with ${code} and ${passed ?? "no"} passed`;
      resolve(
        unexplained
          ? { ...ended, failed: ended.failed + 1, failures: [...ended.failures, why] }
          : ended,
      );
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
// Much of an end-to-end test is waiting for blocks and clocks: some groups more than processors keep them busy.
const ended = await runAll(groupsOf(files), availableParallelism() + 3);
const sum = (of: (each: Ended) => number) => ended.reduce((total, each) => total + of(each), 0);
const failures = ended.flatMap((each) => each.failures);
if (failures.length > 0) console.log(`\n${failures.join("\n")}`);
const skipped = sum((each) => each.skipped);
console.log(
  `\n${sum((each) => each.passed)} passed, ${sum((each) => each.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = sum((each) => each.failed) > 0 ? 1 : 0;
