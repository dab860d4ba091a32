import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { verifyReceipt } from "../../../sdk/verify/verify-receipt.ts";
import type { PayOrder, PriceOrder, WalletAppProblem } from "../../../server/local/wallet-app.ts";
import { eventually } from "../../e2e/eventually.ts";
import { startTestCorridor, type TestCorridor } from "../../e2e/local-corridor.ts";
import { newPair, type Pair, pay } from "../../e2e/people.ts";

const QUOTE_LIFE_SECONDS = 3;

describe("a wallet app's payments", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor({ clocks: { quoteLifeSeconds: QUOTE_LIFE_SECONDS } });
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

  const askPrice = ({ sender, recipient }: Pair, order: Partial<PriceOrder> = {}) =>
    test.sending.price({
      senderPhone: sender.phone,
      corridor: test.id,
      fixedSide: "receive",
      amount: { value: "10000.00", currency: "PHP" },
      recipient,
      ...order,
    });

  it("shows a price without moving money, and pays at exactly that price", async () => {
    const pair = await newPair(test);
    const price = await askPrice(pair);
    expect(price.receiveAmount).to.deep.equal({ value: "10000.00", currency: "PHP" });
    expect(price.recipient.maskedName).to.match(/^L\*\*\* D\*\*\*/);
    expect(price).not.to.have.property("signedQuote");
    expect((await test.sending.account(pair.sender.phone)).balance.value).to.equal("5000.00");
    const { receiveAmount: amount, fixedSide } = price;
    const paid = await pay(test, pair, { priceId: price.id, fixedSide, amount });
    expect([paid.sendAmount, paid.rate]).to.deep.equal([price.sendAmount, price.rate]);
    const { balance } = await test.sending.account(pair.sender.phone);
    const total = BigInt(price.totalDebit.value.replace(".", ""));
    expect(BigInt(balance.value.replace(".", ""))).to.equal(500_000n - total);
  });

  it("pays one payment at a price, and none that it was not shown for", async () => {
    const pair = await newPair(test);
    const price = await askPrice(pair);
    const order = {
      priceId: price.id,
      fixedSide: "receive",
      amount: price.receiveAmount,
    } as const;
    const other = { value: "10000.01", currency: "PHP" };
    const pointer = "/priceId";
    const others: [Partial<PayOrder>, string][] = [
      [{ amount: other }, "the price is of another payment"],
      [
        { recipient: { ...pair.recipient, name: "Somebody Else" } },
        "the price is of another payment",
      ],
      [{ priceId: randomUUID() }, "there is no such price"],
    ];
    for (const [change, detail] of others) {
      const problem = await refusalOf(pair, { ...order, ...change });
      expect(problem).to.include({ code: "quote-invalid", pointer, detail });
    }
    await pay(test, pair, order);
    const before = (await test.sending.account(pair.sender.phone)).balance.value;
    expect(await refusalOf(pair, order)).to.include({ code: "quote-used", pointer });
    expect((await test.sending.account(pair.sender.phone)).balance.value).to.equal(before);
  });

  it("pays nothing at a price that has lapsed", async () => {
    const pair = await newPair(test);
    const { id, receiveAmount, expiresAt, fixedSide } = await askPrice(pair);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now()));
    const problem = await refusalOf(pair, { priceId: id, fixedSide, amount: receiveAmount });
    expect(problem).to.include({ code: "quote-invalid", detail: "the price has lapsed" });
    expect((await test.sending.account(pair.sender.phone)).balance.value).to.equal("5000.00");
  });

  it("hands its sender a proof that the sender's own details open", async () => {
    const pair = await newPair(test);
    const { uetr } = await pay(test, pair);
    const { receipt, opening } = await test.sending.proof(uetr);
    const { network, rpcUrl } = test.corridor;
    const deployment = { chainId: network.chainId, corridor: network.corridor };
    const report = await verifyReceipt(receipt, { deployment, rpcUrl, opening });
    expect(report.steps.filter(({ passed }) => !passed)).to.deep.equal([]);
    expect(report.steps.map(({ step }) => step)).to.include("details");
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
    const requestId = randomUUID();
    const { uetr, state } = await pay(test, await newPair(test), { requestId });
    expect(state).to.equal("sent");
    expect((await test.sending.paymentOf(requestId)).uetr).to.equal(uetr);
    await test.receiving.misbehave({});
    const proven = await eventually(
      () => test.sending.payment(uetr),
      ({ creditedAt }) => creditedAt !== undefined,
    );
    expect(proven.confirmationMs).to.be.within(3_000, 30_000);
  });
});
