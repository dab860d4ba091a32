import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { globSync } from "node:fs";
import { startCampaign } from "../test/contracts/invariants/start-campaign.ts";
import { runOnAnvil } from "../test/contracts/run-on-anvil.ts";

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

function buildAgain(): boolean {
  const script = new URL("reproduce-build.ts", import.meta.url).pathname;
  return spawnSync(process.execPath, [script], { stdio: "inherit" }).status === 0;
}

/** Every end-to-end story on a PostgreSQL server; the test command tells there those that a database could change. */
function passOnPostgresql(): boolean {
  const mocha = new URL("../node_modules/mocha/bin/mocha.js", import.meta.url).pathname;
  const files = globSync("test/e2e/*.test.ts", { exclude: ["**/local-survival*"] });
  const env = { ...process.env, TEST_DATABASE: "postgresql" };
  const { status } = spawnSync(process.execPath, [mocha, "--exit", ...files], {
    stdio: "inherit",
    env,
  });
  return status === 0;
}

const good = [buildAgain(), passOnPostgresql(), await passOnAnvil(), await holdInvariants()];
process.exitCode = good.every(Boolean) ? 0 : 1;
