import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type InvariantResult, startCampaign } from "./invariants/start-campaign.ts";

/** Per invariant; with eleven of them some 22,000 calls. */
const RUNS = 8;
const DEPTH = 250;

const source = readFileSync(
  new URL("invariants/CorridorInvariants.t.sol", import.meta.url),
  "utf8",
);
const names = [...source.matchAll(/function (invariant_\w+)/g)].map(([, name = ""]) => name);

const seed = `0x${randomBytes(32).toString("hex")}`;
// Started before any test, in a process of its own, while this one goes on with others.
const campaign = startCampaign({ runs: RUNS, depth: DEPTH, seed });
// What went wrong is told where it is awaited.
campaign.catch(() => undefined);

describe("Solidity invariants, after every random call,", function () {
  this.timeout(300_000);
  let results: InvariantResult[] = [];

  before(async () => {
    results = await campaign;
  });

  for (const name of names) {
    const [, number = "", claim = ""] = /^invariant_(\d+)_(.*)$/.exec(name) ?? [];
    it(`${Number(number)}: ${claim.replaceAll("_", " ")}`, () => {
      const result = results.find((it) => it.name === name);
      // The seed replays the calls: SEED=… npm run test:deep.
      expect(result, `seed ${seed}: ${result?.reason}`).to.include({
        status: "Success",
        calls: RUNS * DEPTH,
      });
    });
  }

  it("make at least 20,000 calls", () => {
    const calls = results.reduce((sum, result) => sum + result.calls, 0);
    process.stdout.write(`    ${calls.toLocaleString("en")} random calls, seed ${seed}\n`);
    expect(calls).to.be.at.least(20_000);
  });
});
