import { expect } from "chai";
import { runTorture } from "../../scripts/torture/run-torture.ts";

const SEED = 4;
const QUARTER_MINUTE = 0.25;
const PATIENCE_MS = 240_000;

describe("a quarter of a minute of torture", () => {
  it("loses nothing: two relayers on one PostgreSQL, faults of many kinds, and everything read from outside", async function () {
    this.timeout(PATIENCE_MS);
    const result = await runTorture({
      seed: SEED,
      minutes: QUARTER_MINUTE,
      relayers: 2,
      chain: "hardhat",
      pairs: 2,
      onFault: () => undefined,
      onPhase: () => undefined,
    });
    expect(result.violations).to.deep.equal([]);
    expect(result.open).to.deep.equal([]);
    expect(result.verdict).to.equal("pass");
    expect(Object.keys(result.faults), "kinds of faults").to.have.lengthOf.above(3);
    expect(result.transfers["settled"]).to.be.above(0);
  });
});
