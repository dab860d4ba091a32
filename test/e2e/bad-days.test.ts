import { expect } from "chai";
import { advanceChainTime } from "../../server/local/chain-clock.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { balancesOf, newPair, pay } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

describe("bad days", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });
  afterEach(() => test.receiving.misbehave({}));

  const ended = (uetr: string) =>
    eventually(
      () => test.sending.payment(uetr),
      ({ state }) => !["sent", "credited"].includes(state),
    );

  it("pays a bill of exactly ₱10,000.00 when the receive side is fixed", async () => {
    const pair = await newPair(test);
    const amount = { value: "10000.00", currency: "PHP" };
    const { uetr } = await pay(test, pair, { fixedSide: "receive", amount });
    expect((await ended(uetr)).state).to.equal("settled");
    expect((await balancesOf(test, pair)).recipient).to.equal("10000.00");
  });

  it("gives everything back, fee included, when the recipient's account is closed (AC04)", async () => {
    const pair = await newPair(test);
    await test.receiving.misbehave({ staleDirectory: true });
    await test.receiving.setStatus(pair.recipient.phone, "closed");
    const { uetr } = await pay(test, pair);
    const payment = await ended(uetr);
    expect(payment).to.include({ state: "rejected", reason: "AC04" });
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "5000.00", recipient: "0.00" });
    const told = await eventually(
      () => test.relayer.transfer(uetr),
      ({ state }) => state === "rejected",
    );
    expect(told.reason).to.equal("AC04");
  });

  it("refuses a quote for a closed account in the same words as for an unknown one", async () => {
    const pair = await newPair(test);
    await test.receiving.setStatus(pair.recipient.phone, "closed");
    const refusal = (recipient: typeof pair.recipient) =>
      pay(test, { ...pair, recipient }).then(
        () => expect.fail("it was sent"),
        (error) => {
          const { instance: _, ...problem } = error.problem;
          return problem;
        },
      );
    const closed = await refusal(pair.recipient);
    const unknown = await refusal({ ...pair.recipient, phone: "+639999999999" });
    expect(closed.code).to.equal("payee-unavailable");
    expect(closed).to.deep.equal(unknown);
    expect((await balancesOf(test, pair)).sender).to.equal("5000.00");
  });

  it("holds the money in suspense while the recipient is under review, and settles it", async () => {
    const pair = await newPair(test);
    await test.receiving.setStatus(pair.recipient.phone, "under-review");
    const { uetr } = await pay(test, pair);
    expect((await ended(uetr)).state).to.equal("settled");
    expect((await test.relayer.transfer(uetr)).state).to.equal("held");
    expect((await balancesOf(test, pair)).recipient).to.equal("0.00");
    expect(BigInt((await test.receiving.totals()).suspenseMinor) > 0n).to.equal(true);
  });

  it("gives settled money back after a recall, without the fee", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    await ended(uetr);
    expect(await test.sending.recall(uetr)).to.deep.equal({ accepted: true, reason: "FOCR" });
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "returned",
    );
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "4995.00", recipient: "0.00" });
    // Wallet and relayer each read the chain for themselves: either may be the first to know.
    const transfer = await eventually(
      () => test.relayer.transfer(uetr),
      ({ state }) => state === "returned",
    );
    expect(transfer.reason).to.equal("FOCR");
    expect(transfer.chain.returned?.blockNumber).to.be.greaterThan(0);
  });

  it("returns a transfer once, however often it is recalled", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    await ended(uetr);
    await Promise.all([test.sending.recall(uetr), test.sending.recall(uetr)]);
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "returned",
    );
    await test.sending.recall(uetr);
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "4995.00", recipient: "0.00" });
  });

  it("lets the chain's clock release what a silent wallet never answers", async () => {
    const pair = await newPair(test);
    await test.receiving.misbehave({ silent: true });
    const { uetr, state } = await pay(test, pair);
    expect(state, "unknown is not failed").to.equal("sent");
    expect((await balancesOf(test, pair)).sender, "nothing back yet").to.equal("3995.00");
    expect((await test.relayer.transfer(uetr)).state).to.equal("reserved");
    await advanceChainTime(test.corridor.rpcUrl, 600);
    const payment = await ended(uetr);
    expect([payment.state, payment.reason]).to.deep.equal(["expired", "AB05"]);
    expect(await balancesOf(test, pair)).to.deep.equal({ sender: "5000.00", recipient: "0.00" });
    const { reason } = await eventually(
      () => test.relayer.transfer(uetr),
      (transfer) => transfer.state === "expired",
    );
    expect(reason).to.equal(payment.reason);
  });
});
