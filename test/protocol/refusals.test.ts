import { expect } from "chai";
import type { ErrorFragment } from "ethers";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { isStatusReason } from "../../protocol/reason-codes.ts";
import { reasonOfRefusal, refusalTable } from "../../protocol/refusals.ts";

describe("the table from the contract's errors to reasons", () => {
  it("has every error of the contract, and no other", () => {
    const errors = corridorAbi.fragments
      .filter((fragment): fragment is ErrorFragment => fragment.type === "error")
      .map(({ name }) => name);
    expect([...refusalTable().keys()]).to.have.members([...errors, "OutOfGas", "Unknown"]);
  });

  it("names codes that a pacs.002 may carry", () => {
    for (const [name, reason] of refusalTable())
      expect(isStatusReason(reason), name).to.equal(true);
  });

  it("gives the reason of a timeout for what the contract has not refused", () => {
    expect(reasonOfRefusal("InsufficientPosition")).to.equal("AM04");
    for (const none of [null, "parked by somebody", "toString"]) {
      expect(reasonOfRefusal(none)).to.equal("AB01");
    }
  });
});
