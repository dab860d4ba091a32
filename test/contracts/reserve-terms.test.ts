import { expect } from "chai";
import { ZeroHash } from "ethers";
import { nextBlockAt, soon } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture, HOLDS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  instructionOf,
  makeOrder,
  type Order,
  type OrderOptions,
  reserveArguments,
  reserved,
  settleArguments,
} from "./orders.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

async function expectHeld(fixture: CorridorFixture, order: Order): Promise<void> {
  await fixture.corridor.reserve(...reserveArguments(order));
  const [status, , sendHeld] = await fixture.corridor.batchStatusOf(order.batchId);
  expect([status, sendHeld]).to.deep.equal([1n, order.batch.sendTotal]);
}

/** Reserves in exactly the second `now`, under a quote whose clocks are stated in seconds from it. */
async function reserveInSecond(
  fixture: CorridorFixture,
  clocks: { valid?: number; settle?: number; return?: number },
) {
  const now = await soon(chain);
  const settleUntil = now + BigInt(clocks.settle ?? 600);
  const order = await makeOrder(fixture, {
    quote: {
      validUntil: now + BigInt(clocks.valid ?? 60),
      settleUntil,
      returnUntil: settleUntil + BigInt(clocks.return ?? 0),
    },
  });
  await nextBlockAt(chain, now);
  return { now, order, sent: fixture.corridor.reserve(...reserveArguments(order)) };
}

async function expectRefused(
  options: OrderOptions,
  refusal: { error: string; values: (order: Order) => unknown[] },
): Promise<void> {
  const fixture = await load();
  const order = await makeOrder(fixture, options);
  await expect(fixture.corridor.reserve(...reserveArguments(order)))
    .to.be.revertedWithCustomError(fixture.corridor, refusal.error)
    .withArgs(...refusal.values(order));
}

const suite = describe("reserve: terms", () => {
  describe("given the corridor is paused", () => {
    it("reverts with EnforcedPause", async () => {
      const fixture = await load();
      await fixture.corridor.connect(fixture.accounts.guardian).pause();
      const order = await makeOrder(fixture);
      await expect(
        fixture.corridor.reserve(...reserveArguments(order)),
      ).to.be.revertedWithCustomError(fixture.corridor, "EnforcedPause");
    });
  });

  describe("when the batch has no transfer", () => {
    it("reverts with CountOutOfBounds", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { batch: { count: 0 } });
      await expect(fixture.corridor.reserve(...reserveArguments({ ...order, instructions: [] })))
        .to.be.revertedWithCustomError(fixture.corridor, "CountOutOfBounds")
        .withArgs(0, 500);
    });
  });

  describe("when the batch has 499 transfers", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      await expectHeld(fixture, await makeOrder(fixture, { count: 499 }));
    });
  });

  describe("when the batch has 500 transfers", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      await expectHeld(fixture, await makeOrder(fixture, { count: 500 }));
    });
  });

  describe("when the batch has 501 transfers", () => {
    it("reverts with CountOutOfBounds", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { batch: { count: 501 } });
      const instructions = Array.from({ length: 501 }, () => instructionOf(100n));
      await expect(fixture.corridor.reserve(...reserveArguments({ ...order, instructions })))
        .to.be.revertedWithCustomError(fixture.corridor, "CountOutOfBounds")
        .withArgs(501, 500);
    });
  });

  describe("when the batch states another count", () => {
    it("reverts with CountMismatch", async () => {
      await expectRefused(
        { count: 2, batch: { count: 3 } },
        { error: "CountMismatch", values: () => [3, 2] },
      );
    });
  });

  describe("when validUntil is the block's second", () => {
    it("reverts with QuoteLapsed", async () => {
      const fixture = await load();
      const { now, sent } = await reserveInSecond(fixture, { valid: 0 });
      await expect(sent)
        .to.be.revertedWithCustomError(fixture.corridor, "QuoteLapsed")
        .withArgs(now, now);
    });
  });

  describe("when validUntil is one second later", () => {
    it("holds both legs", async () => {
      const fixture = await load();
      const { order, sent } = await reserveInSecond(fixture, { valid: 1 });
      await expect(sent).to.emit(fixture.corridor, "BatchReserved");
      expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
    });
  });

  for (const { when, seconds } of [
    { when: "one second before the shortest hold", seconds: HOLDS.minHold - 1 },
    { when: "one second after the longest hold", seconds: HOLDS.maxHold + 1 },
  ]) {
    describe(`when settleUntil is ${when}`, () => {
      it("reverts with SettleUntilOutOfBounds", async () => {
        const fixture = await load();
        const { now, order, sent } = await reserveInSecond(fixture, { settle: seconds });
        const bounds = [now + BigInt(HOLDS.minHold), now + BigInt(HOLDS.maxHold)];
        await expect(sent)
          .to.be.revertedWithCustomError(fixture.corridor, "SettleUntilOutOfBounds")
          .withArgs(order.quote.settleUntil, ...bounds);
      });
    });
  }

  for (const { when, clocks } of [
    { when: "settleUntil is the shortest hold away", clocks: { settle: HOLDS.minHold } },
    { when: "settleUntil is the longest hold away", clocks: { settle: HOLDS.maxHold } },
    { when: "returnUntil is settleUntil", clocks: { return: 0 } },
    {
      when: "returnUntil is the longest return period after settleUntil",
      clocks: { return: HOLDS.maxReturn },
    },
  ]) {
    describe(`when ${when}`, () => {
      it("holds both legs", async () => {
        const fixture = await load();
        const { order, sent } = await reserveInSecond(fixture, clocks);
        await expect(sent).to.emit(fixture.corridor, "BatchReserved");
        const [, settleUntil] = await fixture.corridor.batchStatusOf(order.batchId);
        expect(settleUntil).to.equal(order.quote.settleUntil);
      });
    });
  }

  for (const { when, seconds } of [
    { when: "returnUntil is one second before settleUntil", seconds: -1 },
    { when: "returnUntil is one second later than that", seconds: HOLDS.maxReturn + 1 },
  ]) {
    describe(`when ${when}`, () => {
      it("reverts with ReturnUntilOutOfBounds", async () => {
        const fixture = await load();
        const { order, sent } = await reserveInSecond(fixture, { return: seconds });
        const { settleUntil, returnUntil } = order.quote;
        await expect(sent)
          .to.be.revertedWithCustomError(fixture.corridor, "ReturnUntilOutOfBounds")
          .withArgs(returnUntil, settleUntil, settleUntil + BigInt(HOLDS.maxReturn));
      });
    });
  }

  describe("when the rate is zero", () => {
    it("reverts with RateZero", async () => {
      await expectRefused({ quote: { rate: 0n } }, { error: "RateZero", values: () => [] });
    });
  });

  for (const { first, second } of [
    { first: "bank", second: "payer" },
    { first: "bank", second: "payee" },
    { first: "payer", second: "payee" },
  ] as const) {
    describe(`when the ${first} is the ${second}`, () => {
      it("reverts with PartiesNotDistinct", async () => {
        const { accounts } = await load();
        await expectRefused(
          { quote: { [first]: accounts[second].address } },
          {
            error: "PartiesNotDistinct",
            values: ({ quote }) => [quote.bank, quote.payer, quote.payee],
          },
        );
      });
    });
  }

  describe("when both tokens are the same", () => {
    it("reverts with TokensNotDistinct", async () => {
      const { deployment } = await load();
      await expectRefused(
        { quote: { receiveToken: deployment.tokens.HKD } },
        { error: "TokensNotDistinct", values: ({ quote }) => [quote.sendToken] },
      );
    });
  });

  describe("when the batch was made for another quote", () => {
    it("reverts with QuoteHashMismatch", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { batch: { quoteHash: ZeroHash } });
      const { batch: right } = await makeOrder(fixture, { quote: { ...order.quote } });
      await expect(fixture.corridor.reserve(...reserveArguments(order)))
        .to.be.revertedWithCustomError(fixture.corridor, "QuoteHashMismatch")
        .withArgs(ZeroHash, right.quoteHash);
    });
  });

  describe("given the batch was reserved before", () => {
    const expectKnown = async (fixture: CorridorFixture, order: Order, status: bigint) => {
      await expect(fixture.corridor.reserve(...reserveArguments(order)))
        .to.be.revertedWithCustomError(fixture.corridor, "BatchAlreadyReserved")
        .withArgs(order.batchId, status);
    };

    describe("given it is still reserved", () => {
      it("reverts with BatchAlreadyReserved", async () => {
        const fixture = await load();
        await expectKnown(fixture, await reserved(fixture), 1n);
      });
    });

    describe("given it is settled", () => {
      it("reverts with BatchAlreadyReserved", async () => {
        const fixture = await load();
        const order = await reserved(fixture);
        await fixture.corridor.settle(...(await settleArguments(fixture, order)));
        await expectKnown(fixture, order, 2n);
      });
    });

    describe("given it is expired", () => {
      it("reverts with SettleUntilOutOfBounds, since it cannot expire before its clock", async () => {
        const fixture = await load();
        const now = await soon(chain);
        const clocks = { settleUntil: now + 40n, returnUntil: now + 50n, validUntil: now + 900n };
        const order = await makeOrder(fixture, { quote: clocks });
        await nextBlockAt(chain, now);
        await fixture.corridor.reserve(...reserveArguments(order));
        await nextBlockAt(chain, now + 40n);
        await fixture.corridor.expire(order.quote, order.batch);
        await nextBlockAt(chain, now + 41n);
        await expect(fixture.corridor.reserve(...reserveArguments(order)))
          .to.be.revertedWithCustomError(fixture.corridor, "SettleUntilOutOfBounds")
          .withArgs(now + 40n, now + 71n, now + 41n + BigInt(HOLDS.maxHold));
      });
    });
  });
});

coversTree(suite, "reserve-terms.tree");
