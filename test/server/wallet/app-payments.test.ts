import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { PayOrder, WalletAppProblem } from "../../../server/local/wallet-app.ts";
import { eventually } from "../../e2e/eventually.ts";
import { startTestCorridor, type TestCorridor } from "../../e2e/local-corridor.ts";
import { newPair, type Pair, pay } from "../../e2e/people.ts";

describe("a wallet app's payments", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor();
  });
  after(() => test[Symbol.asyncDispose]());

  const refusalOf = (pair: Pair, order: Partial<PayOrder>) =>
    pay(test, pair, order).then(
      () => expect.fail("it was paid"),
      (error: WalletAppProblem) => error.problem,
    );

  it("refuses a purpose that the corridor does not allow before the user is debited", async () => {
    const pair = await newPair(test);
    const problem = await refusalOf(pair, { purpose: "TREA" });
    expect(problem).to.include({ code: "purpose", pointer: "/purpose" });
    const sender = await test.sending.account(pair.sender.phone);
    expect(sender.balance.value).to.equal("5000.00");
  });

  it("points at the field of the app's own request when the relayer refuses", async () => {
    const pair = await newPair(test);
    const unknown = { ...pair.recipient, phone: "+639990000001" };
    const cases: [Partial<PayOrder>, string, string][] = [
      [{ recipient: unknown }, "payee-unavailable", "/recipient/phone"],
      [{ recipient: { ...unknown, phone: "+1555" } }, "account-format", "/recipient/phone"],
      [{ amount: { value: "9.99", currency: "HKD" } }, "limit-exceeded", "/amount/value"],
    ];
    for (const [order, code, pointer] of cases) {
      expect(await refusalOf(pair, order)).to.include({ code, pointer });
    }
  });

  it("tells a repeated request from a new one, and pays once", async () => {
    const { sender, recipient } = await newPair(test);
    const order: PayOrder = {
      requestId: randomUUID(),
      senderPhone: sender.phone,
      corridor: test.id,
      fixedSide: "send",
      amount: { value: "1000.00", currency: "HKD" },
      recipient,
    };
    const first = await test.sending.order(order);
    const second = await test.sending.order(order);
    expect([first.replayed, second.replayed]).to.deep.equal([false, true]);
    expect(second.payment.uetr).to.equal(first.payment.uetr);
    const { balance } = await test.sending.account(sender.phone);
    expect(balance.value).to.equal("3995.00");
  });

  it("refuses a requestId that came with another body, and pays nothing for it", async () => {
    const pair = await newPair(test);
    const requestId = randomUUID();
    const { uetr } = await pay(test, pair, { requestId });
    const amount = { value: "1000.01", currency: "HKD" };
    const others: Partial<PayOrder>[] = [{ amount }, { message: "rent" }, { fixedSide: "receive" }];
    for (const other of others) {
      const problem = await refusalOf(pair, { requestId, ...other });
      expect(problem).to.include({ code: "idempotency-key-reused", pointer: "/requestId" });
    }
    expect((await pay(test, pair, { requestId })).uetr).to.equal(uetr);
    const { balance } = await test.sending.account(pair.sender.phone);
    expect(balance.value).to.equal("3995.00");
  });

  it("lists payments in the order of their making", async () => {
    const pair = await newPair(test);
    const made = [await pay(test, pair), await pay(test, pair)].map(({ uetr }) => uetr);
    const listed = (await test.sending.payments()).map(({ uetr }) => uetr);
    expect(listed.slice(-2)).to.deep.equal(made);
  });

  it("shows in its journal what each payment moved, adding up to nothing", async () => {
    const { uetr } = await pay(test, await newPair(test));
    await eventually(
      () => test.sending.payment(uetr),
      ({ state }) => state === "settled",
    );
    const lines = (await test.sending.journal()).filter(({ reference }) => reference === uetr);
    const moved = Object.fromEntries(lines.map((line) => [line.account, line.amountMinor]));
    expect(moved).to.deep.equal({ users: "-100500", transit: "100000", fees: "500" });
  });

  it("shows a late payment as sent, and gets its proof and confirmation time afterwards", async () => {
    await test.receiving.misbehave({ silent: true });
    const { uetr, state } = await pay(test, await newPair(test));
    expect(state).to.equal("sent");
    await test.receiving.misbehave({});
    const proven = await eventually(
      () => test.sending.payment(uetr),
      ({ creditedAt }) => creditedAt !== undefined,
    );
    expect(proven.confirmationMs).to.be.within(3_000, 30_000);
  });
});
