import { randomBytes } from "node:crypto";
import { startCampaign } from "../test/contracts/invariants/start-campaign.ts";

/** Eleven invariants, 200 sequences of 500 calls each: 1,100,000 random calls. */
const RUNS = 200;
const DEPTH = 500;

const seed = process.env.SEED ?? `0x${randomBytes(32).toString("hex")}`;
console.log(`SEED=${seed} replays this run.`);
const startedAt = performance.now();
const results = await startCampaign({ runs: RUNS, depth: DEPTH, seed });
for (const { name, status, calls, reason } of results) {
  console.log(`${status} ${calls.toLocaleString("en").padStart(9)} calls  ${name} ${reason ?? ""}`);
}
const calls = results.reduce((sum, result) => sum + result.calls, 0);
const failed = results.filter(({ status }) => status !== "Success").length;
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `${calls.toLocaleString("en")} calls in ${seconds} s, SEED=${seed}\n` +
    `${results.length - failed} passed, ${failed} failed`,
);
process.exitCode = failed === 0 ? 0 : 1;
