import { expect } from "chai";
import { drawFlameGraph, flamesOf } from "../../../scripts/profile/flame-graph.ts";
import { cutProfile, sharesByStage } from "../../../scripts/profile/read-profile.ts";

const frame = (functionName: string, url = "") => ({ functionName, url });
const profile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2, 4, 5] },
    { id: 2, callFrame: frame("hash", "file:///x/node_modules/hash-wasm/index.js"), children: [3] },
    { id: 3, callFrame: frame("wasm-function[3]", "wasm://wasm/1") },
    { id: 4, callFrame: frame("toString", "file:///x/node_modules/pg/lib/client.js") },
    { id: 5, callFrame: frame("(idle)") },
  ],
  startTime: 1_000,
  endTime: 2_000,
  samples: [4, 2, 3, 4, 5],
  timeDeltas: [100, 100, 200, 100, 500],
};

describe("a CPU profile", () => {
  it("tells shares of the busy time; what has no stage of its own counts for its caller", () => {
    expect(sharesByStage(profile)).to.deep.equal([
      ["hashing", 0.6],
      ["SQL driver", 0.4],
    ]);
  });

  it("is cut to a span of the clock", () => {
    const cut = cutProfile(profile, { from: 1_150, to: 1_500 });
    expect(cut.samples).to.deep.equal([2, 3, 4]);
    expect(sharesByStage(cut).map(([stage]) => stage)).to.deep.equal(["hashing", "SQL driver"]);
  });

  it("becomes a flame graph: what calls stands over what it calls, as wide as its share of the busy time", async () => {
    expect(flamesOf(profile)).to.deep.equal([
      { name: "all", stage: "other", depth: 0, from: 0, to: 1 },
      { name: "hash", stage: "hashing", depth: 1, from: 0, to: 0.6 },
      { name: "wasm-function[3]", stage: "hashing", depth: 2, from: 0, to: 0.4 },
      { name: "toString", stage: "SQL driver", depth: 1, from: 0.6, to: 1 },
    ]);
    const svg = await drawFlameGraph("a service", profile);
    expect(svg.match(/aria-roledescription="rect mark"/g) ?? [], "a box each").to.have.length(4);
    expect(svg).to.contain("toString").and.to.contain("a service");
  });
});
