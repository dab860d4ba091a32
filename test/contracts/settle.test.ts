import { expect } from "chai";
import { MaxUint256 } from "ethers";
import type { Rejection } from "../../protocol/rejections.ts";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { asReason, makeOrder, type Order, reserved, settleArguments, settled } from "./orders.ts";
import { movementsSince, positionsOf } from "./positions-of.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const SEND = 10_000n;
const RECEIVE = 70_500n;
const NONE: readonly Rejection[] = [];

async function settle(fixture: CorridorFixture, order: Order, rejections = NONE) {
  return await fixture.corridor.settle(...(await settleArguments(fixture, order, rejections)));
}

async function expectSettled(fixture: CorridorFixture, order: Order): Promise<void> {
  await settle(fixture, order);
  expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(2n);
}

const suite = describe("settle", () => {
  describe("when the quote is not the batch's", () => {
    it("reverts with QuoteHashMismatch", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const other = await makeOrder(fixture);
      await expectRefusal(fixture, {
        call: settle(fixture, { ...order, quote: other.quote }),
        error: "QuoteHashMismatch",
        values: [order.batch.quoteHash, other.batch.quoteHash],
      });
    });
  });

  describe("given the batch was never reserved", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture);
      const call = settle(fixture, order);
      await expectRefusal(fixture, { call, error: "BatchNotReserved", values: [order.batchId, 0] });
    });
  });

  describe("given the batch is settled", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const call = settle(fixture, order);
      await expectRefusal(fixture, { call, error: "BatchNotReserved", values: [order.batchId, 2] });
    });
  });

  describe("given the batch is expired", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await fixture.corridor.expire(order.quote, order.batch);
      const call = settle(fixture, order);
      await expectRefusal(fixture, { call, error: "BatchNotReserved", values: [order.batchId, 3] });
    });
  });

  describe("when the block's second is settleUntil", () => {
    it("reverts with SettlementClosed", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { settleUntil } = order.quote;
      await nextBlockAt(chain, settleUntil);
      const values = [order.batchId, settleUntil, settleUntil];
      const call = settle(fixture, order);
      await expectRefusal(fixture, { call, error: "SettlementClosed", values });
    });
  });

  describe("when the block's second is the last before settleUntil", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await nextBlockAt(chain, order.quote.settleUntil - 1n);
      await expectSettled(fixture, order);
    });
  });

  describe("given the corridor is paused", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await fixture.corridor.connect(fixture.accounts.guardian).pause();
      await expectSettled(fixture, order);
    });
  });

  describe("given all three parties are deactivated", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { bank, payer, payee, guardian } = fixture.accounts;
      for (const party of [bank, payer, payee]) {
        await fixture.corridor.connect(guardian).deactivate(party);
      }
      await expectSettled(fixture, order);
    });
  });

  describe("given the payee is frozen and its account closed", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { payee, compliance } = fixture.accounts;
      await fixture.php.connect(compliance).setFrozenTokens(payee, MaxUint256);
      await fixture.php.connect(compliance).closeAccount(payee);
      await expectSettled(fixture, order);
    });
  });

  describe("when nothing is rejected", () => {
    it("moves the send leg to the bank and the receive leg to the payee", async () => {
      const fixture = await load();
      const before = await positionsOf(fixture);
      const order = await reserved(fixture, { count: 3 });
      await expect(settle(fixture, order))
        .to.emit(fixture.corridor, "BatchSettled")
        .withArgs(order.batchId, 3n * SEND, 3n * RECEIVE, 0);
      expect(await movementsSince(fixture, before)).to.deep.equal({
        payerHkd: -3n * SEND,
        bankHkd: 3n * SEND,
        bankPhp: -3n * RECEIVE,
        payeePhp: 3n * RECEIVE,
      });
    });

    it("empties the hold", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      const { settleUntil } = order.quote;
      const state = await fixture.corridor.batchStatusOf(order.batchId);
      expect([...state]).to.deep.equal([2n, settleUntil, 0n, 0n]);
    });

    it("moves no token", async () => {
      const fixture = await load();
      await settled(fixture);
      for (const token of [fixture.hkd, fixture.php]) {
        expect(await token.queryFilter(token.filters.Transfer(), "latest")).to.deep.equal([]);
      }
    });
  });

  describe("when some transfers are rejected", () => {
    const rejections = [
      { index: 0, reason: "AC04" },
      { index: 3, reason: "AM05" },
    ];

    it("exchanges the others and gives both legs of these back", async () => {
      const fixture = await load();
      const before = await positionsOf(fixture);
      const order = await reserved(fixture, { count: 5 });
      await expect(settle(fixture, order, rejections))
        .to.emit(fixture.corridor, "BatchSettled")
        .withArgs(order.batchId, 3n * SEND, 3n * RECEIVE, 2);
      expect(await movementsSince(fixture, before)).to.deep.equal({
        payerHkd: -3n * SEND,
        bankHkd: 3n * SEND,
        bankPhp: -3n * RECEIVE,
        payeePhp: 3n * RECEIVE,
      });
    });

    it("tells each rejection with its reason", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 5 });
      const sent = settle(fixture, order, rejections);
      for (const { index, reason } of rejections) {
        await expect(sent)
          .to.emit(fixture.corridor, "TransferRejected")
          .withArgs(order.batchId, index, asReason(reason));
      }
    });
  });

  describe("when all transfers are rejected", () => {
    it("gives everything back", async () => {
      const fixture = await load();
      const before = await positionsOf(fixture);
      const order = await reserved(fixture, { count: 3 });
      const rejections = [0, 1, 2].map((index) => ({ index, reason: "AC04" }));
      await expect(settle(fixture, order, rejections))
        .to.emit(fixture.corridor, "BatchSettled")
        .withArgs(order.batchId, 0, 0, 3);
      expect(await positionsOf(fixture)).to.deep.equal(before);
    });
  });

  describe("when a stranger hands in the outcome", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const corridor = fixture.corridor.connect(fixture.accounts.stranger);
      await expectSettled({ ...fixture, corridor }, order);
    });
  });
});

coversTree(suite, "settle.tree");
