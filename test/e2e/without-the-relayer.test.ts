import { expect } from "chai";
import { advanceChainTime, callChain } from "../../server/local/chain-clock.ts";
import { launchProcess } from "../../server/local/launchers.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";
import { balancesOf, newPair, pay } from "./people.ts";

/** Everything that a killed relayer has left in the node's pool goes as well. */
async function emptyPool(rpcUrl: string): Promise<void> {
  const pending = (await callChain(rpcUrl, "eth_pendingTransactions", [])) as { hash: string }[];
  for (const { hash } of pending) await callChain(rpcUrl, "hardhat_dropTransaction", [hash]);
}

describe("a relayer that is killed for good", () => {
  let test: TestCorridor;
  beforeEach(async () => {
    test = await startTestCorridor({ launch: launchProcess, blockTimeMs: 3_000 });
  });
  afterEach(() => test[Symbol.asyncDispose]());

  it("after the outcome is signed: the receiving wallet settles for itself", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    const seen = await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state !== "sent",
    );
    await test.corridor.relayer.kill();
    await emptyPool(test.corridor.rpcUrl);
    expect(seen.state, "the sender holds the signature, the chain has not settled").to.equal(
      "credited",
    );
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
      30_000,
    );
    expect((await balancesOf(test, pair)).sender).to.equal("3995.00");
  });

  it("before the credit: the chain releases the batch, and the sending wallet gives the money back", async () => {
    const pair = await newPair(test);
    await test.receiving.misbehave({ silent: true });
    const { uetr } = await pay(test, pair);
    await eventually(
      () => test.relayer.transfer(uetr),
      ({ state }) => state === "reserved",
    );
    await test.corridor.relayer.kill();
    await emptyPool(test.corridor.rpcUrl);
    expect((await balancesOf(test, pair)).sender).to.equal("3995.00");
    await advanceChainTime(test.corridor.rpcUrl, 600);
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "expired",
      30_000,
    );
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "5000.00", recipient: "0.00" });
  });

  it("after the receiving wallet has signed a return that it never heard of: that wallet returns it", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
      30_000,
    );
    await test.corridor.relayer.kill();
    const [{ payer, payee } = { payer: "", payee: "" }] = test.corridor.plan.corridors;
    const asked = { payer: test.corridor.network.accounts[payer], reason: "CUST" };
    const answer = await fetch(`${test.corridor.walletUrl(payee)}/recalls/${uetr}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
    expect(await answer.json()).to.include({ accepted: true });
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "returned",
      30_000,
    );
    // The fee of a returned payment is kept.
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "4995.00", recipient: "0.00" });
  });
});
