import { expect } from "chai";
import { LONG, runOnAnvil } from "./run-on-anvil.ts";

describe("the contract tests on a second engine, anvil,", () => {
  it("pass just as on the first", async () => {
    const { passed, failed, output } = await runOnAnvil(LONG);
    process.stdout.write(`    on anvil: ${passed} passed, ${failed} failed\n`);
    expect(failed, output).to.equal(0);
    expect(passed, output).to.be.at.least(600);
  }).timeout(300_000);
});
