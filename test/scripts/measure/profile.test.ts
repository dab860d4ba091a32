import { expect } from "chai";
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
});
