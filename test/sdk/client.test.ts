import { expect } from "chai";
import { localSigner } from "../../protocol/signature.ts";
import { opensCommitment } from "../../sdk/send/payment-commitment.ts";
import type { SignedOrder } from "../../sdk/send/sign-order.ts";
import type { TestCorridor } from "../e2e/local-corridor.ts";
import { newPair } from "../e2e/people.ts";
import { sharedCorridor } from "../e2e/shared-corridor.ts";
import { failureOf, newClient, paymentOf } from "./client-fixture.ts";

const pairs = (test: TestCorridor, count: number) =>
  Promise.all(Array.from({ length: count }, () => newPair(test)));

describe("a sending wallet's client", () => {
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
  });

  const received = async ({ recipient }: { recipient: { phone: string } }) =>
    (await test.receiving.account(recipient.phone)).balance.value;

  it("shows a quote, has the order stored, sends it, and holds the payee's signature", async () => {
    const pair = await newPair(test);
    const stored: SignedOrder[] = [];
    const client = newClient(test, { onSigned: (order) => void stored.push(order) });
    const quote = await client.quote(paymentOf(test, pair));
    const sent = await client.send(quote);
    expect(sent).to.include({ outcome: "credited", uetr: quote.uetr });
    expect(await received(pair)).to.equal(quote.answer.receiveAmount.value);
    expect(JSON.parse(JSON.stringify(stored)), "it is plain JSON").to.deep.equal([sent.order]);
    const again = await failureOf(client.send(quote));
    expect(again).to.include({ code: "quote-used", retryable: false });
    const states: string[] = [];
    for await (const { data } of client.track(sent.uetr)) states.push(data.state);
    expect(states).to.deep.equal(["accepted", "reserved", "credited", "settled"]);
  });

  it("pays a bill exactly, and learns of the outcome by the event stream when told to", async () => {
    const pair = await newPair(test);
    const client = newClient(test, { wait: { by: "events", seconds: 15 } });
    const amount = { value: "1000.00", currency: "PHP" };
    const payment = paymentOf(test, pair, { fixedSide: "receive", amount, purpose: "MP2B" });
    expect((await client.send(payment)).outcome).to.equal("credited");
    expect(await received(pair)).to.equal("1000.00");
  });

  it("answers a refusal by its code, with the field and what to do", async () => {
    const pair = await newPair(test);
    const client = newClient(test);
    await test.receiving.setStatus(pair.recipient.phone, "closed");
    const refused = await failureOf(client.send(paymentOf(test, pair)));
    expect(refused).to.include({ code: "payee-unavailable", pointer: "/creditor/account" });
    expect(refused.remedy).to.be.a("string");
    const unknown = "00000000-0000-4000-8000-000000000000";
    const missing = await failureOf(client.relayer.transfer(unknown));
    expect(missing).to.include({ name: "CorridorError", code: "not-found" });
    const untold = await failureOf(client.track(unknown).next());
    expect(untold).to.include({ name: "CorridorError", code: "not-found" });
    const purpose = await failureOf(client.quote(paymentOf(test, pair, { purpose: "XXXX" })));
    expect(purpose).to.include({ code: "purpose", pointer: "/purpose" });
    const nowhere = await failureOf(client.quote(paymentOf(test, pair, { corridor: "X-Y:a:b" })));
    expect(nowhere).to.include({ code: "corridor-closed" });
  });

  it("learns of a recipient refused behind the quote from the payee's signature, with its reason", async () => {
    const pair = await newPair(test);
    const client = newClient(test);
    const quote = await client.quote(paymentOf(test, pair));
    await test.receiving.setStatus(pair.recipient.phone, "closed");
    expect(await client.send(quote)).to.include({ outcome: "rejected", reason: "AC04" });
  });

  it("sends many under one signature for each bank quote; a refused one costs the others nothing", async () => {
    const people = await pairs(test, 12);
    await test.receiving.setStatus(people[5]?.recipient.phone ?? "", "closed");
    const client = newClient(test);
    const results = await client.sendMany(people.map((pair) => paymentOf(test, pair)));
    const told = results.map((result) =>
      "sent" in result ? result.sent.outcome : result.error.code,
    );
    expect(told).to.deep.equal(
      people.map((_, index) => (index === 5 ? "payee-unavailable" : "credited")),
    );
    const orders = new Set(results.flatMap((each) => ("sent" in each ? [each.sent.order] : [])));
    const bankQuotes = new Set([...orders].map(({ signedQuote }) => signedQuote.quoteHash));
    expect(orders.size).to.equal(bankQuotes.size);
    const [order] = orders;
    const { details, salt } = order?.request.transfers[0] ?? expect.fail("there is an order");
    const receipt = await client.relayer.receipt(details.uetr);
    expect(opensCommitment({ details, salt }, receipt.instruction.commitment)).to.equal(true);
    expect(
      opensCommitment({ details, salt: `0x${"00".repeat(32)}` }, receipt.instruction.commitment),
    ).to.equal(false);
  });

  it("lets calls of one moment leave together, the first one at once, each with its own answer", async () => {
    const people = await pairs(test, 20);
    const client = newClient(test);
    const quotes = await Promise.all(people.map((pair) => client.quote(paymentOf(test, pair))));
    const sent = await Promise.all(quotes.map((quote) => client.send(quote)));
    expect(sent.map(({ uetr }) => uetr)).to.deep.equal(quotes.map(({ uetr }) => uetr));
    expect(sent.map(({ outcome }) => outcome)).to.deep.equal(quotes.map(() => "credited"));
    const sizes = [...new Set(sent.map(({ order }) => order))].map(
      ({ request }) => request.transfers.length,
    );
    expect(sizes[0], "the first waits for nobody").to.equal(1);
    expect(sizes.length, "the others gather").to.be.below(8);
    const alone = newClient(test, { batching: false });
    const [first, second] = await Promise.all(
      people.slice(0, 2).map((pair) => alone.send(paymentOf(test, pair))),
    );
    expect(first?.order.batchId).not.to.equal(second?.order.batchId);
  });

  it("can pin its counterparties' keys by hand in place of a node", async () => {
    const pair = await newPair(test);
    const { plan } = test.corridor;
    const parties = [plan.bank, ...plan.wallets];
    const signers = Object.fromEntries(
      parties.map(({ participant, keys }) => [participant.id, keys.signer.address]),
    );
    const client = newClient(test, { keys: { signers } });
    expect((await client.send(paymentOf(test, pair))).outcome).to.equal("credited");
    const bare = newClient(test, { keys: { signers: {} } });
    const unknown = await failureOf(bare.quote(paymentOf(test, pair)));
    expect(unknown).to.include({ code: "consent-invalid" });
  });

  it("pays nothing under a key that is not the account's signer", async () => {
    const pair = await newPair(test);
    const client = newClient(test, { signer: localSigner(`0x${"66".repeat(32)}`) });
    const refused = await failureOf(client.send(paymentOf(test, pair)));
    expect(refused).to.include({ code: "consent-invalid", pointer: "/signature" });
    expect(await received(pair)).to.equal("0.00");
  });
});
