import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { toQuantity } from "ethers";
import { corridorAbi } from "../../protocol/contract-abi.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { eventually } from "./eventually.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, type Pair } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

type PricedOrder = Parameters<DirectPayer["signMany"]>[0][number];

const AMOUNT = { value: "100.00", currency: "HKD" };

describe("many transfers", () => {
  let test: TestCorridor;
  let payer: DirectPayer;
  before(async () => {
    test = await sharedCorridor();
    payer = createDirectPayer(test.corridor);
  });

  const order = (pair: Pair) => ({ ...pair, amount: AMOUNT });
  const settled = (uetr: string) =>
    eventually(
      () => payer.relayer.transfer(uetr),
      ({ state }) => ["settled", "rejected"].includes(state),
    );

  /** One signature stands over one quote of the bank's: those that its renewal has parted are priced again. */
  async function priceTogether(pairs: readonly Pair[]): Promise<PricedOrder[]> {
    const quotes = await Promise.all(pairs.map((pair) => payer.quote(order(pair))));
    const hashes = new Set(quotes.map(({ signedQuote }) => signedQuote.quoteHash));
    if (hashes.size > 1) return priceTogether(pairs);
    return pairs.map((pair, index) => {
      const quote = quotes[index];
      if (!quote) throw new Error("each order has its quote");
      return { quote, details: payer.detailsFor(order(pair), quote) };
    });
  }

  /** The chain transactions in which some batches were reserved. */
  async function reservingTransactions(batchIds: ReadonlySet<string>): Promise<Set<string>> {
    const filter = {
      fromBlock: "0x0",
      toBlock: toQuantity(Number(await callChain(test.corridor.rpcUrl, "eth_blockNumber", []))),
      address: test.corridor.network.corridor,
      topics: [corridorAbi.getEvent("BatchReserved")?.topicHash],
    };
    const logs = (await callChain(test.corridor.rpcUrl, "eth_getLogs", [filter])) as {
      topics: string[];
      transactionHash: string;
    }[];
    const ours = logs.filter(({ topics }) => batchIds.has(topics[1] ?? ""));
    expect(ours, "each batch is reserved once").to.have.lengthOf(batchIds.size);
    return new Set(ours.map(({ transactionHash }) => transactionHash));
  }

  it("of one signature are one batch: one refused recipient costs the others nothing", async () => {
    const pairs = await Promise.all(Array.from({ length: 50 }, () => newPair(test)));
    const items = await priceTogether(pairs);
    const closed = pairs[7]?.recipient.phone ?? "";
    await test.receiving.setStatus(closed, "closed");
    const batch = await payer.signMany(items);
    const sent = { idempotencyKey: randomUUID(), waitSeconds: 10 };
    const transfers = await payer.relayer.sendBatch(batch, sent);
    expect(new Set(transfers.map(({ batchId }) => batchId)).size).to.equal(1);
    const ends = await Promise.all(transfers.map(({ uetr }) => settled(uetr)));
    const states = ends.map(({ state, reason }) => reason ?? state);
    expect(states).to.deep.equal(pairs.map((_, index) => (index === 7 ? "AC04" : "settled")));
    for (const [index, { recipient }] of pairs.entries()) {
      const { balance } = await test.receiving.account(recipient.phone);
      expect(balance.value).to.equal(index === 7 ? "0.00" : ends[index]?.receiveAmount.value);
    }
  });

  it("that are ready together go to the chain together; one alone goes at once", async () => {
    const pairs = await Promise.all(Array.from({ length: 40 }, () => newPair(test)));
    const orders = await Promise.all(
      pairs.map(async (pair) => {
        const quote = await payer.quote(order(pair));
        return payer.sign(quote, payer.detailsFor(order(pair), quote));
      }),
    );
    const transfers = await Promise.all(
      orders.map((each) =>
        payer.relayer.sendTransfer(each, { idempotencyKey: each.details.uetr, waitSeconds: 20 }),
      ),
    );
    for (const { uetr } of transfers) expect((await settled(uetr)).state).to.equal("settled");
    const batchIds = new Set<string>(transfers.map(({ batchId }) => batchId));
    expect(batchIds.size).to.equal(40);
    expect((await reservingTransactions(batchIds)).size).to.be.below(20);
  });
});
