import { expect } from "chai";
import type { WireQuoteAnswer } from "../../protocol/wire/relayer.ts";
import type { SignedOrder } from "../../sdk/send/sign-order.ts";
import { eventually } from "../e2e/eventually.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { newPair } from "../e2e/people.ts";
import { sharedCorridor } from "../e2e/shared-corridor.ts";
import { type BadLine, startBadLine } from "./bad-line.ts";
import { failureOf, newClient, paymentOf } from "./client-fixture.ts";

describe("a sending wallet's client, over a bad line to a relayer that lies", () => {
  let test: TestCorridor;
  let line: BadLine;
  before(async () => {
    test = await sharedCorridor();
  });
  const received = async ({ recipient }: { recipient: { phone: string } }) =>
    (await test.receiving.account(recipient.phone)).balance.value;

  beforeEach(async () => {
    line = await startBadLine(test.corridor.relayerUrl);
  });
  afterEach(() => line[Symbol.asyncDispose]());
  const TRANSFERS = "/v1/transfers";
  const handedIn = () => line.seen.filter(({ what }) => what === `POST ${TRANSFERS}`);

  it("hands the same order in again under the same key, and pays once", async () => {
    const pair = await newPair(test);
    line.next(
      TRANSFERS,
      { kind: "lose-answer" },
      { kind: "refuse", status: 503, code: "overloaded", retryAfter: 1 },
      { kind: "refuse", status: 429, code: "rate-limited", retryAfter: 0 },
      { kind: "change", change: () => "gibberish" },
    );
    const began = performance.now();
    const sent = await newClient(test, { relayerUrl: line.url }).send(paymentOf(test, pair));
    expect(sent.outcome).to.equal("credited");
    expect(performance.now() - began, "Retry-After is honoured").to.be.at.least(1_000);
    expect(handedIn()).to.have.lengthOf(5);
    expect(new Set(handedIn().map(({ key }) => key)).size).to.equal(1);
    expect(await received(pair)).to.equal(sent.transfer.receiveAmount.value);
  });

  it("gives up after a while, and can hand the stored order in later", async () => {
    const pair = await newPair(test);
    const stored: SignedOrder[] = [];
    const busy = {
      kind: "refuse",
      status: 503,
      code: "reservations-halted",
      retryAfter: 30,
    } as const;
    line.next(TRANSFERS, busy);
    const onSigned = (order: SignedOrder) => void stored.push(order);
    const client = newClient(test, { relayerUrl: line.url, onSigned, repeatForMs: 2_000 });
    const gaveUp = await failureOf(client.send(paymentOf(test, pair)));
    expect(gaveUp).to.include({
      code: "reservations-halted",
      retryable: true,
      retryAfterSeconds: 30,
    });
    expect(await received(pair)).to.equal("0.00");
    const [order] = JSON.parse(JSON.stringify(stored)) as SignedOrder[];
    if (!order) throw new Error("it was stored");
    const [sent] = await newClient(test).resend(order);
    const [again] = await newClient(test).resend(order);
    expect(sent?.outcome).to.equal("credited");
    expect(again?.uetr).to.equal(sent?.uetr);
    expect(await received(pair)).to.equal(sent?.transfer.receiveAmount.value);
  });

  it("sends nothing that could not be stored", async () => {
    const pair = await newPair(test);
    const client = newClient(test, {
      relayerUrl: line.url,
      onSigned: () => Promise.reject(new Error("the disk is full")),
    });
    expect((await failureOf(client.send(paymentOf(test, pair)))).message).to.include("disk");
    const [one] = await client.sendMany([paymentOf(test, pair)]);
    const refusal = one && "error" in one ? one.error : expect.fail("it was sent");
    expect(refusal).to.include({ code: "internal", retryable: false });
    expect(`${refusal.cause}`).to.include("disk");
    expect(handedIn()).to.have.lengthOf(0);
  });

  type Lie = (answer: WireQuoteAnswer) => WireQuoteAnswer;
  const ELSE = "0x00000000000000000000000000000000000000ee";
  const quoteWith =
    (change: object): Lie =>
    (answer) => {
      const { signedQuote } = answer;
      return {
        ...answer,
        signedQuote: { ...signedQuote, quote: { ...signedQuote.quote, ...change } },
      };
    };
  const lies: readonly (readonly [string, Lie, string])[] = [
    ["another chain", (a) => ({ ...a, signedQuote: { ...a.signedQuote, chainId: "1" } }), "quote"],
    [
      "another contract",
      (a) => ({ ...a, signedQuote: { ...a.signedQuote, corridorContract: ELSE } }),
      "quote",
    ],
    ["another payee", quoteWith({ payee: ELSE }), "quote"],
    ["another token", quoteWith({ receiveToken: ELSE }), "quote"],
    ["a longer life than signed", quoteWith({ validUntil: "99999999999" }), "quote"],
    ["a worse rate than signed", (a) => ({ ...a, rate: "1.0" }), "quote"],
    [
      "less for the recipient",
      (a) => ({ ...a, receiveAmount: { ...a.receiveAmount, value: "1.00" } }),
      "quote",
    ],
    [
      "another sum to send",
      (a) => ({ ...a, sendAmount: { ...a.sendAmount, value: "101.00" } }),
      "quote",
    ],
    ["a hidden fee", (a) => ({ ...a, totalDebit: { ...a.totalDebit, value: "900.00" } }), "quote"],
    [
      "a signature of nobody's",
      (a) => ({ ...a, signedQuote: { ...a.signedQuote, signature: `0x${"1b".repeat(65)}` } }),
      "consent-invalid",
    ],
  ];
  for (const [what, lie, code] of lies) {
    it(`refuses a quote with ${what}, before anybody sees it`, async () => {
      const pair = await newPair(test);
      line.next("/v1/quotes", { kind: "change", change: lie as (answer: never) => unknown });
      const client = newClient(test, { relayerUrl: line.url });
      expect(await failureOf(client.quote(paymentOf(test, pair)))).to.include({ code });
    });
  }

  it("does not take the relayer's word for a credit: the payee's signature must hold", async () => {
    const pair = await newPair(test);
    const forge = (transfer: { outcome: { rejections: string; signature: string } }) => ({
      ...transfer,
      outcome: { ...transfer.outcome, signature: `0x${"1b".repeat(65)}` },
    });
    line.next(TRANSFERS, { kind: "change", change: forge });
    const client = newClient(test, { relayerUrl: line.url });
    const lied = await failureOf(client.send(paymentOf(test, pair)));
    expect(lied).to.include({ code: "consent-invalid" });
    await eventually(
      () => received(pair),
      (value) => value !== "0.00",
    );
  });
});
