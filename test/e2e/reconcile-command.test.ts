import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/reconcile.ts", import.meta.url));

interface Result {
  readonly comparisons: readonly { readonly sides: string; readonly items: number }[];
  readonly breaks: readonly {
    readonly sides: string;
    readonly type: string;
    readonly leftMinor: string;
    readonly rightMinor: string;
    readonly nextAction: string;
  }[];
}

describe("npm run reconcile", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor();
  });
  after(() => test[Symbol.asyncDispose]());
  afterEach(() => test.receiving.misbehave({}));

  function run(...options: string[]): Promise<{ code: number | null; output: string }> {
    const { directory } = test.corridor.plan;
    const child = spawn(process.execPath, [SCRIPT, "--directory", directory, ...options]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    return new Promise((resolve) => child.once("exit", (code) => resolve({ code, output })));
  }
  const ended = (uetr: string, state: string) =>
    eventually(
      () => test.sending.payment(uetr),
      (payment) => payment.state === state,
    );

  it("finds relayer, chain, wallets and bank equal after every kind of end", async () => {
    const settled = await pay(test, await newPair(test));
    await ended(settled.uetr, "settled");
    const closed = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(closed.recipient.phone, "closed");
    await ended((await pay(test, closed)).uetr, "rejected");
    await test.receiving.misbehave({});
    const back = await pay(test, await newPair(test));
    await ended(back.uetr, "settled");
    await test.relayer.recall(back.uetr);
    await ended(back.uetr, "returned");
    const { code, output } = await eventually(
      () => run("--json", "--grace", "0"),
      (seen) => seen.code === 0,
    );
    const { comparisons, breaks } = JSON.parse(output) as Result;
    expect(code).to.equal(0);
    expect(breaks).to.deep.equal([]);
    expect(comparisons).to.have.lengthOf(4);
    for (const { sides, items } of comparisons) expect(items, sides).to.be.greaterThan(3);
  });

  it("ends with 1 and names the item when a wallet's statement is one cent off", async () => {
    const { uetr } = await pay(test, await newPair(test));
    await ended(uetr, "settled");
    await test.receiving.misbehave({ wrongStatement: true });
    const { code, output } = await run("--json", "--grace", "0");
    expect(code).to.equal(1);
    const [first, ...others] = (JSON.parse(output) as Result).breaks;
    expect(others).to.deep.equal([]);
    expect(first).to.include({
      type: "amounts-differ",
      sides: "journal and island-wallet (payee)",
    });
    const difference = BigInt(first?.leftMinor ?? 0) - BigInt(first?.rightMinor ?? 0);
    expect(difference < 0n ? -difference : difference).to.equal(1n);
    expect(first?.nextAction).to.contain("signed batch");
  });

  it("says in one line that nothing runs where it was told to look", async () => {
    const child = spawn(process.execPath, [SCRIPT, "--directory", "/nowhere"]);
    let output = "";
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).to.equal(2);
    expect(output).to.contain("no corridor is running").and.to.not.contain("at ");
  });
});
