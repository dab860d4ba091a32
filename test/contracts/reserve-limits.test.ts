import { expect } from "chai";
import { id } from "ethers";
import { nextBlockAt } from "./chain-clock.ts";
import {
  type CorridorFixture,
  connectChain,
  corridorFixture,
  WINDOW_SECONDS,
} from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  instructionOf,
  makeOrder,
  type Order,
  type OrderOptions,
  reserveArguments,
  reserved,
} from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const SEND = 10_000n;

async function refused(
  fixture: CorridorFixture,
  options: OrderOptions,
  refusal: { error: string; values: (order: Order) => readonly unknown[] },
): Promise<void> {
  const order = await makeOrder(fixture, options);
  const call = fixture.corridor.reserve(...reserveArguments(order));
  await expectRefusal(fixture, { call, error: refusal.error, values: refusal.values(order) });
}

async function expectHeld(fixture: CorridorFixture, options: OrderOptions = {}): Promise<void> {
  const order = await reserved(fixture, options);
  expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
}

/** Gives the payer a small bucket over the usual window. */
async function lowerBucket({ corridor, accounts, hkd }: CorridorFixture, bucketCapacity: bigint) {
  const limit = { maxPerTransfer: SEND, bucketCapacity, windowSeconds: WINDOW_SECONDS };
  await corridor.connect(accounts.guardian).lowerLimit(hkd, accounts.payer, limit);
}

const suite = describe("reserve: limits", () => {
  describe("given the quote has one unit of room too little", () => {
    it("reverts with QuoteExhausted", async () => {
      const fixture = await load();
      const { quote } = await reserved(fixture, { quote: { maxSend: 2n * SEND - 1n } });
      await refused(
        fixture,
        { quote: { ...quote }, instructions: [instructionOf(SEND, id("second"))] },
        { error: "QuoteExhausted", values: ({ batch }) => [batch.quoteHash, SEND, SEND - 1n] },
      );
    });
  });

  describe("given the quote has just enough room", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      const { quote } = await reserved(fixture, { quote: { maxSend: 2n * SEND } });
      await expectHeld(fixture, {
        quote: { ...quote },
        instructions: [instructionOf(SEND, id("second"))],
      });
    });
  });

  describe("given the bucket holds one unit too little", () => {
    it("reverts with BucketExhausted", async () => {
      const fixture = await load();
      await lowerBucket(fixture, SEND - 1n);
      const { hkd, accounts } = fixture;
      const values = [await hkd.getAddress(), accounts.payer.address, SEND, SEND - 1n];
      await refused(fixture, {}, { error: "BucketExhausted", values: () => values });
    });
  });

  describe("given the bucket holds just enough", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      await lowerBucket(fixture, SEND);
      await expectHeld(fixture);
    });
  });

  describe("given an emptied bucket has refilled for half its window", () => {
    it("lets half the bucket through and no more", async () => {
      const fixture = await load();
      await lowerBucket(fixture, SEND);
      await reserved(fixture);
      const emptied = BigInt(await chain.networkHelpers.time.latest());
      await chain.networkHelpers.time.increase(WINDOW_SECONDS / 2 - 10);
      const half = emptied + BigInt(WINDOW_SECONDS / 2);
      const { hkd, accounts, corridor } = fixture;
      const values = [await hkd.getAddress(), accounts.payer.address, SEND / 2n + 1n, SEND / 2n];
      const tooMuch = await makeOrder(fixture, { send: SEND / 2n + 1n });
      const justEnough = await makeOrder(fixture, { send: SEND / 2n });
      await nextBlockAt(chain, half);
      const call = corridor.reserve(...reserveArguments(tooMuch));
      await expectRefusal(fixture, { call, error: "BucketExhausted", values });
      await nextBlockAt(chain, half);
      await corridor.reserve(...reserveArguments(justEnough));
      expect((await corridor.batchStatusOf(justEnough.batchId)).status).to.equal(1n);
    });
  });

  describe("given an earlier batch of the payer expired", () => {
    it("does not give the bucket back", async () => {
      const fixture = await load();
      const { corridor, hkd, accounts } = fixture;
      await lowerBucket(fixture, SEND);
      const order = await reserved(fixture);
      const emptied = BigInt(await chain.networkHelpers.time.latest());
      const { settleUntil } = order.quote;
      await nextBlockAt(chain, settleUntil);
      await corridor.expire(order.quote, order.batch);
      const [, available] = await corridor.limitOf(hkd, accounts.payer);
      // Only time refills it: some 600 seconds of a window of 86,400.
      expect(available).to.equal((SEND * (settleUntil - emptied)) / BigInt(WINDOW_SECONDS));
    });
  });
});

coversTree(suite, "reserve-limits.tree");
