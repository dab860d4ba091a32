import { expect } from "chai";
import { LONG, runOnAnvil } from "./run-on-anvil.ts";

// Started before any test, in a process of its own, while this one goes on with others.
const run = runOnAnvil(LONG);

describe("the contract tests on a second engine, anvil,", () => {
  it("pass just as on the first", async () => {
    const { passed, failed, output } = await run;
    process.stdout.write(`    on anvil: ${passed} passed, ${failed} failed\n`);
    expect(failed, output).to.equal(0);
    expect(passed, output).to.be.at.least(600);
  }).timeout(300_000);
});
