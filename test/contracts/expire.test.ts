import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { makeOrder, type Order, reserved, settled } from "./orders.ts";
import { positionsOf } from "./positions-of.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const SEND = 10_000n;

/** Anybody may expire: a stranger does. */
function expire(fixture: CorridorFixture, { quote, batch }: Pick<Order, "quote" | "batch">) {
  return fixture.corridor.connect(fixture.accounts.stranger).expire(quote, batch);
}

async function expectNotReserved(fixture: CorridorFixture, order: Order, status: number) {
  const values = [order.batchId, status];
  const call = expire(fixture, order);
  await expectRefusal(fixture, { call, error: "BatchNotReserved", values });
}

async function expectExpires(fixture: CorridorFixture, order: Order): Promise<void> {
  await nextBlockAt(chain, order.quote.settleUntil);
  await expire(fixture, order);
  expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(3n);
}

const suite = describe("expire", () => {
  describe("when the quote is not the batch's", () => {
    it("reverts with QuoteHashMismatch", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const other = await makeOrder(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await expectRefusal(fixture, {
        call: expire(fixture, { quote: other.quote, batch: order.batch }),
        error: "QuoteHashMismatch",
        values: [order.batch.quoteHash, other.batch.quoteHash],
      });
    });
  });

  describe("given the batch was never reserved", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await expectNotReserved(fixture, order, 0);
    });
  });

  describe("given the batch is settled", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await expectNotReserved(fixture, order, 2);
    });
  });

  describe("given the batch is expired", () => {
    it("reverts with BatchNotReserved", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await expectExpires(fixture, order);
      await expectNotReserved(fixture, order, 3);
    });
  });

  describe("when the block's second is the last before settleUntil", () => {
    it("reverts with SettlementStillOpen", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { settleUntil } = order.quote;
      await nextBlockAt(chain, settleUntil - 1n);
      const values = [order.batchId, settleUntil, settleUntil - 1n];
      const call = expire(fixture, order);
      await expectRefusal(fixture, { call, error: "SettlementStillOpen", values });
    });
  });

  describe("when the block's second is settleUntil", () => {
    it("gives both legs back", async () => {
      const fixture = await load();
      const before = await positionsOf(fixture);
      const order = await reserved(fixture, { count: 3 });
      await nextBlockAt(chain, order.quote.settleUntil);
      await expect(expire(fixture, order))
        .to.emit(fixture.corridor, "BatchExpired")
        .withArgs(order.batchId);
      expect(await positionsOf(fixture)).to.deep.equal(before);
    });

    it("empties the hold", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await expectExpires(fixture, order);
      const state = await fixture.corridor.batchStatusOf(order.batchId);
      expect([...state]).to.deep.equal([3n, order.quote.settleUntil, 0n, 0n]);
    });

    it("does not give the quote's room back", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await expectExpires(fixture, order);
      expect(await fixture.corridor.quoteUsed(order.batch.quoteHash)).to.equal(SEND);
    });
  });

  describe("given the corridor is paused", () => {
    it("expires", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await fixture.corridor.connect(fixture.accounts.guardian).pause();
      await expectExpires(fixture, order);
    });
  });

  describe("given all three parties are deactivated", () => {
    it("expires", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { bank, payer, payee, guardian } = fixture.accounts;
      for (const party of [bank, payer, payee]) {
        await fixture.corridor.connect(guardian).deactivate(party);
      }
      await expectExpires(fixture, order);
    });
  });

  describe("given payer and bank are frozen and their accounts closed", () => {
    it("expires", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { bank, payer, compliance } = fixture.accounts;
      for (const [token, party] of [
        [fixture.hkd, payer],
        [fixture.php, bank],
      ] as const) {
        await token.connect(compliance).setFrozenTokens(party, MaxUint256);
        await token.connect(compliance).closeAccount(party);
      }
      await expectExpires(fixture, order);
    });
  });
});

coversTree(suite, "expire.tree");
