import { expect } from "chai";
import { keccak256 } from "ethers";
import fc from "fast-check";
import { packRejections, rejectionsHashOf, unpackRejections } from "../../protocol/rejections.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

describe("rejections", () => {
  it("are six bytes each: index and reason", () => {
    const rejections = [
      { index: 1, reason: "AC04" },
      { index: 499, reason: "AM09" },
    ];
    expect(packRejections(rejections)).to.equal("0x00014143303401f3414d3039");
  });

  it("come back as they were packed", () => {
    const list = fc
      .uniqueArray(fc.nat(499), { maxLength: 500 })
      .map((indexes) => indexes.sort((a, b) => a - b).map((index) => ({ index, reason: "AC04" })));
    fc.assert(
      fc.property(list, (rejections) => {
        expect(unpackRejections(packRejections(rejections))).to.deep.equal(rejections);
      }),
      { numRuns: 1_000 },
    );
  });

  it("of nothing hash to the hash of nothing", () => {
    expect(rejectionsHashOf([])).to.equal(keccak256("0x"));
  });

  it("are refused out of order, twice, out of range, with no reason, or cut short", () => {
    const refused = [[2, 1], [1, 1], [500], [-1]].map((indexes) =>
      indexes.map((index) => ({ index, reason: "AC04" })),
    );
    for (const list of refused) expectProtocolError(() => packRejections(list), "rejections");
    for (const reason of ["", "AC0", "ac04", "AC044"]) {
      expectProtocolError(() => packRejections([{ index: 0, reason }]), "rejections");
    }
    expectProtocolError(() => unpackRejections("0x0001414330"), "rejections");
    expectProtocolError(() => unpackRejections("0x000241433034000141433034"), "rejections");
  });
});
