import { existsSync } from "node:fs";
import { expect } from "chai";
import { INVARIANTS } from "../../scripts/torture/checker/check.ts";
import { copyProduct } from "../../scripts/torture/defects/copy-product.ts";
import { DEFECTS } from "../../scripts/torture/defects/defects.ts";

describe("the deliberate defects that the checker is tried on", () => {
  it("can each be made in the product as it is", () => {
    for (const { name, changes } of DEFECTS) {
      expect(() => copyProduct(changes)[Symbol.dispose](), name).to.not.throw();
    }
  });

  it("leave no copy behind, and refuse a piece that is not there", () => {
    const copy = copyProduct([]);
    expect(existsSync(copy.root)).to.equal(true);
    copy[Symbol.dispose]();
    expect(existsSync(copy.root)).to.equal(false);
    const missing = { file: "package.json", replace: "no such text", with: "" };
    expect(() => copyProduct([missing])).to.throw("not once");
  });

  it("are at least ten, each to be seen by a statement that there is", () => {
    expect(DEFECTS).to.have.lengthOf.at.least(10);
    for (const { caughtBy } of DEFECTS) expect(INVARIANTS).to.have.property(caughtBy);
  });
});
