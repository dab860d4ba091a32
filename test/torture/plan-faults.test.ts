import { expect } from "chai";
import { seededRandom } from "../../scripts/kill-start/seeded-random.ts";
import { createDice } from "../../scripts/torture/faults/fault.ts";
import { planFaults } from "../../scripts/torture/faults/plan-faults.ts";

const MINUTES = 20;
const draw = (seed: number, chain: "hardhat" | "anvil" = "hardhat") => {
  const dice = createDice(seededRandom(seed), { relayers: 3, depth: 3 });
  return planFaults(dice, chain, MINUTES * 60_000);
};
const told = (seed: number) =>
  draw(seed).map(({ atMs, kind, detail }) => `${atMs} ${kind} ${detail}`);

describe("the faults of a torture run", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(told(1)).to.deep.equal(told(1));
    expect(told(1)).to.not.deep.equal(told(2));
  });

  it("never break one thing in two ways at once, and leave one relayer's process alone", () => {
    const faults = draw(3);
    for (const fault of faults) {
      const open = faults.filter(
        ({ atMs, forMs }) => atMs <= fault.atMs && atMs + forMs > fault.atMs,
      );
      expect(new Set(open.map(({ domain }) => domain)).size).to.equal(open.length);
      const processes = open.filter(({ domain }) => domain.startsWith("relayer "));
      expect(processes).to.have.lengthOf.at.most(2);
    }
  });

  it("replace blocks only on a chain that can", () => {
    const kinds = (chain: "hardhat" | "anvil") => new Set(draw(5, chain).map(({ kind }) => kind));
    expect(kinds("anvil")).to.include("blocks replaced below the depth");
    expect(kinds("hardhat")).to.not.include("blocks replaced below the depth");
  });

  it("are of every kind that there is, given time", () => {
    const kinds = new Set([1, 2, 3].flatMap((seed) => draw(seed).map(({ kind }) => kind)));
    expect(kinds).to.have.lengthOf.above(20);
  });
});
