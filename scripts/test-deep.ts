import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { globSync } from "node:fs";
import { startCampaign } from "../test/contracts/invariants/start-campaign.ts";
import { runOnAnvil } from "../test/contracts/run-on-anvil.ts";

const MOCHA = new URL("../node_modules/mocha/bin/mocha.js", import.meta.url).pathname;
const REPORTER = "test/closing-line-reporter.ts";

/** Eleven invariants, 200 sequences of 500 calls each: 1,100,000 random calls. */
const RUNS = 200;
const DEPTH = 500;

/** Every invariant after each of a million random calls; true if all held. */
async function holdInvariants(): Promise<boolean> {
  const seed = process.env.SEED ?? `0x${randomBytes(32).toString("hex")}`;
  console.log(`SEED=${seed} replays this run.`);
  const startedAt = performance.now();
  const results = await startCampaign({ runs: RUNS, depth: DEPTH, seed });
  for (const { name, status, calls, reason } of results) {
    const count = calls.toLocaleString("en").padStart(9);
    console.log(`${status} ${count} calls  ${name} ${reason ?? ""}`);
  }
  const calls = results.reduce((sum, result) => sum + result.calls, 0);
  const failed = results.filter(({ status }) => status !== "Success").length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${calls.toLocaleString("en")} calls in ${seconds} s, SEED=${seed}\n` +
      `${results.length - failed} passed, ${failed} failed`,
  );
  return failed === 0;
}

/** All contract tests on the second engine, the ten thousands of random cases included. */
async function passOnAnvil(): Promise<boolean> {
  const { passed, failed, output } = await runOnAnvil();
  if (failed > 0) console.log(output);
  console.log(`on anvil: ${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

function run(...args: readonly string[]): boolean {
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
}

const script = (name: string) => new URL(name, import.meta.url).pathname;

/** Every contract compiled anew, byte for byte as before. */
const buildAgain = () => run(script("reproduce-build.ts"));

/** Two million transfers over chain and wallet that misbehave, twenty seeds from a new one. */
const simulateMillions = () =>
  run(script("simulate.ts"), "--transfers", "2000000", "--each", "100000", "--batch", "500");

/** What asks more of a machine than the test command may: root's right to mount a small file system. */
const passWhatIsDeep = () =>
  run(MOCHA, "--exit", "--no-config", "--reporter", REPORTER, ...globSync("test/deep/*.test.ts"));

const good = [
  buildAgain(),
  passWhatIsDeep(),
  await passOnAnvil(),
  await holdInvariants(),
  simulateMillions(),
];
process.exitCode = good.every(Boolean) ? 0 : 1;
