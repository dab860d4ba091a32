import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { currencyOf } from "../../protocol/currency.ts";
import { parseAmount } from "../../protocol/money.ts";
import { majorRateOf, type Rate, receiveFor } from "../../protocol/rate.ts";
import { createWalletApp } from "../../server/local/wallet-app.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor, type TestCorridor } from "./local-corridor.ts";

/** A recipient's number and an amount of each corridor, by its currencies. */
const EXAMPLES: Record<string, { phone: string; amount: string }> = {
  "HKD-PHP": { phone: "+639171234567", amount: "123.45" },
  "EUR-JPY": { phone: "+818012345678", amount: "99.99" },
  "CNY-THB": { phone: "+66812345678", amount: "321.00" },
  "JPY-KRW": { phone: "+821012345678", amount: "12345" },
};

describe("one corridor contract, one bank and one relayer", () => {
  let test: TestCorridor;
  before(async () => {
    test = await startTestCorridor({
      sendCurrencies: ["HKD", "EUR", "CNY", "JPY"],
      cycleSeconds: 1,
    });
  });
  after(() => test[Symbol.asyncDispose]());

  it("serve every pair of currencies, whatever their decimals, at once", async () => {
    const { corridor } = test;
    expect(corridor.plan.corridors).to.have.lengthOf(4);
    await Promise.all(
      corridor.plan.corridors.map(async ({ id, payer, payee, sendCurrency, receiveCurrency }) => {
        const { phone, amount } = EXAMPLES[`${sendCurrency}-${receiveCurrency}`]!;
        const sending = createWalletApp(corridor.walletUrl(payer));
        const receiving = createWalletApp(corridor.walletUrl(payee));
        const balance = { value: amountOf(1_000_000, sendCurrency), currency: sendCurrency };
        await sending.openAccount({ phone: "+85291234567", name: "Sender", balance });
        const recipient = { phone, name: "Recipient" };
        await receiving.openAccount(recipient);
        const { uetr } = await sending.pay({
          requestId: randomUUID(),
          senderPhone: "+85291234567",
          corridor: id,
          fixedSide: "send",
          amount: { value: amount, currency: sendCurrency },
          recipient,
        });
        const payment = await eventually(
          () => sending.payment(uetr),
          ({ state }) => state === "settled",
        );
        const send = parseAmount(amount, sendCurrency);
        const expected = receiveFor({
          send,
          rate: rateOf(payment.rate, sendCurrency, receiveCurrency),
        });
        expect(parseAmount(payment.receiveAmount.value, receiveCurrency)).to.equal(expected);
        expect((await receiving.account(phone)).balance).to.deep.equal(payment.receiveAmount);
      }),
    );
  });

  it("credit one wallet's money while another wallet is silent", async () => {
    const { corridor } = test;
    const [first, second] = corridor.plan.corridors;
    if (!first || !second) throw new Error("the plan has corridors");
    const order = (pair: typeof first) => {
      const { phone, amount } = EXAMPLES[`${pair.sendCurrency}-${pair.receiveCurrency}`]!;
      return createWalletApp(corridor.walletUrl(pair.payer)).pay({
        requestId: randomUUID(),
        senderPhone: "+85291234567",
        corridor: pair.id,
        fixedSide: "send",
        amount: { value: amount, currency: pair.sendCurrency },
        recipient: { phone, name: "Recipient" },
      });
    };
    const silent = createWalletApp(
      corridor.walletUrl(first.payee),
      corridor.controlUrl(first.payee),
    );
    await silent.misbehave({ silent: true });
    const unanswered = await order(first);
    expect(unanswered.state).to.equal("sent");
    const answered = await Promise.all(Array.from({ length: 5 }, () => order(second)));
    const other = createWalletApp(corridor.walletUrl(second.payer));
    for (const { uetr } of answered) {
      await eventually(
        () => other.payment(uetr),
        ({ state }) => state !== "sent",
      );
    }
    const app = createWalletApp(corridor.walletUrl(first.payer));
    expect((await app.payment(unanswered.uetr)).state).to.equal("sent");
    await silent.misbehave({});
    await eventually(
      () => app.payment(unanswered.uetr),
      ({ state }) => state === "settled",
    );
  });

  it("agree on the cut-off cycle: the relayer's sum of the chain is the bank's own ledger", async () => {
    const { db } = (test.corridor.relayer.inProcess as Relayer).services;
    const cycles = await eventually(
      () => db.selectFrom("cycles").selectAll().where("state", "<>", "open").execute(),
      (found) => found.some(({ movements }) => movements.length > 0),
    );
    expect(cycles.map(({ state }) => state)).not.to.include("differs");
    // Four legs for each of four corridors, and the bank's and the two JPY wallets' legs stand apart.
    const moved = cycles.flatMap(({ movements }) => movements);
    for (const token of new Set(moved.map((movement) => movement.token))) {
      const legs = moved.filter((movement) => movement.token === token);
      const sum = legs.reduce((total, { netMinor }) => total + BigInt(netMinor), 0n);
      expect(sum, "what one account lost another has").to.equal(0n);
    }
  });
});

function amountOf(major: number, currency: string): string {
  const { scale } = currencyOf(currency);
  return scale === 0 ? `${major}` : `${major}.${"0".repeat(scale)}`;
}

/** The contract's rate that shows as this major rate. */
function rateOf(major: string, sendCurrency: string, receiveCurrency: string): Rate {
  const scales = {
    sendScale: currencyOf(sendCurrency).scale,
    receiveScale: currencyOf(receiveCurrency).scale,
  };
  const [whole = "0", decimals = ""] = major.split(".");
  const shifted = BigInt(whole + decimals.padEnd(12, "0").slice(0, 12));
  const rate = ((shifted * 10n ** BigInt(scales.receiveScale)) /
    10n ** BigInt(scales.sendScale)) as Rate;
  expect(majorRateOf(rate, scales)).to.equal(major);
  return rate;
}
