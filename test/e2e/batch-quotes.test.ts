import { expect } from "chai";
import type { WireQuoteRequest } from "../../protocol/wire/relayer.ts";
import type { QuoteResult } from "../../sdk/api/relayer-client.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { createParticipants } from "../../server/relayer/participants/create-participants.ts";
import { type FaultProxy, startFaultProxy } from "../faults/fault-proxy.ts";
import { http } from "../faults/http-faults.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, type Pair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };

describe("quotes for the payments of a batch", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  let pairs: Pair[];
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
    pairs = await Promise.all([1, 2, 3, 4, 5, 6].map(() => newPair(test)));
  });

  const requestFor = ({ sender, recipient }: Pair, changes = {}): WireQuoteRequest => ({
    corridor: test.id,
    fixedSide: "send",
    amount: AMOUNT,
    debtor: { name: sender.name },
    creditor: { account: { type: "mobile", value: recipient.phone } },
    ...changes,
  });
  const codeOf = (result: QuoteResult) =>
    "quote" in result ? "quoted" : result.refusal.problem.code;
  const promised = async () => {
    const rows = await test
      .relayerDatabase()
      .selectFrom("wholesale_quotes")
      .select((e) => e.fn.sum<bigint>("promised").as("sum"))
      .executeTakeFirstOrThrow();
    return BigInt(rows.sum);
  };

  it("are out of one bank quote; what one is refused for costs the others nothing and holds no room", async () => {
    await payer.quote({ ...pairs[0]!, amount: AMOUNT });
    await test.receiving.setStatus(pairs[1]?.recipient.phone ?? "", "closed");
    const before = await promised();
    const results = await payer.relayer.batchQuotes([
      requestFor(pairs[0]!),
      requestFor(pairs[1]!),
      requestFor(pairs[2]!, { amount: { value: "9999999.00", currency: "HKD" } }),
      requestFor(pairs[3]!, { amount: { value: "100.00", currency: "PHP" } }),
      requestFor(pairs[4]!, { creditor: { account: { type: "mobile", value: "+15550100" } } }),
      requestFor(pairs[5]!, {
        fixedSide: "receive",
        amount: { value: "1000.00", currency: "PHP" },
      }),
    ]);
    expect(results.map(codeOf)).to.deep.equal([
      "quoted",
      "payee-unavailable",
      "limit-exceeded",
      "currency",
      "account-format",
      "quoted",
    ]);
    const pointers = results.map((each) => ("refusal" in each ? each.refusal.problem.pointer : ""));
    expect(pointers[2], "from its own payment").to.equal("/amount/value");
    const quotes = results.flatMap((each) => ("quote" in each ? [each.quote] : []));
    const [first, last] = quotes;
    expect(first?.signedQuote).to.deep.equal(last?.signedQuote);
    expect(last?.receiveAmount.value).to.equal("1000.00");
    const minor = quotes.map(({ sendAmount }) => BigInt(sendAmount.value.replace(".", "")));
    expect((await promised()) - before).to.equal(minor.reduce((sum, each) => sum + each, 0n));
  });

  it("can be signed together and are each used once", async () => {
    const [one, two] = [pairs[2]!, pairs[3]!];
    const results = await payer.relayer.batchQuotes([requestFor(one), requestFor(two)]);
    const quotes = results.flatMap((each) => ("quote" in each ? [each.quote] : []));
    const items = [one, two].map((pair, index) => {
      const quote = quotes[index]!;
      return { quote, details: payer.detailsFor({ ...pair, amount: AMOUNT }, quote) };
    });
    const order = await payer.signMany(items);
    const sent = { idempotencyKey: order.transfers[0]?.quoteId ?? "", waitSeconds: 10 };
    for (const { uetr } of await payer.relayer.sendBatch(order, sent)) {
      await eventually(
        () => payer.relayer.transfer(uetr),
        ({ state }) => state === "settled",
      );
    }
  });

  it("are for one corridor: another one in the list is pointed at", async () => {
    const other = requestFor(pairs[0]!, { corridor: "HKD-VND:harbour-wallet:delta-wallet" });
    const refused = await payer.relayer.batchQuotes([requestFor(pairs[0]!), other]).then(
      () => undefined,
      (error) => error.problem,
    );
    expect(refused).to.include({ code: "corridor-closed", pointer: "/quotes/1/corridor" });
  });

  describe("at a receiving wallet that knows single look-ups alone", () => {
    let proxy: FaultProxy;
    before(async () => {
      const { payee } = payer.corridor;
      proxy = await startFaultProxy({ target: test.corridor.walletUrl(payee) });
      proxy.program({
        effect: { kind: "status", status: 404 },
        when: http("POST", /lookups/),
      });
    });
    after(() => proxy[Symbol.asyncDispose]());

    it("ask one by one, and learn the same in the same order", async () => {
      const { payee } = payer.corridor;
      const accounts = pairs.map(({ recipient }) => ({
        type: "mobile" as const,
        value: recipient.phone,
      }));
      const query = { corridor: payer.corridor.id, accounts };
      await using direct = createParticipants(new Map([[payee, test.corridor.walletUrl(payee)]]));
      await using limited = createParticipants(new Map([[payee, proxy.url]]));
      const answers = await direct.lookupMany(payee, query);
      expect(answers.map(({ eligible }) => eligible)).to.deep.equal([
        true,
        false,
        true,
        true,
        true,
        true,
      ]);
      expect(await limited.lookupMany(payee, query)).to.deep.equal(answers);
    });
  });
});
