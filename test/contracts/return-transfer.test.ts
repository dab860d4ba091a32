import { expect } from "chai";
import { computeAddress } from "ethers";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  asReason,
  makeOrder,
  type Order,
  proofOf,
  reserved,
  returnArguments,
  settled,
} from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

/** Anybody may hand a signed return in: a stranger does. */
async function giveBack(fixture: CorridorFixture, order: Order, index = 0) {
  const values = await returnArguments(fixture, { order, index });
  return await fixture.corridor.connect(fixture.accounts.stranger).returnTransfer(...values);
}

/** Hands a return in with some of its arguments replaced. */
async function giveBackWith(
  fixture: CorridorFixture,
  order: Order,
  replaced: Partial<{ index: number; reason: string; signature: string; shown: number }>,
) {
  const [quote, batch, index, , , reason, signature] = await returnArguments(fixture, {
    order,
    index: 0,
  });
  const { instruction, siblings } = proofOf(order, replaced.shown ?? 0);
  return await fixture.corridor.returnTransfer(
    quote,
    batch,
    replaced.index ?? index,
    instruction,
    siblings,
    replaced.reason ?? reason,
    replaced.signature ?? signature,
  );
}

async function expectReturned(fixture: CorridorFixture, order: Order): Promise<void> {
  await giveBack(fixture, order);
  const { instruction, siblings } = proofOf(order, 0);
  expect(await fixture.corridor.statusOf(order.batch, 0, instruction, siblings)).to.equal(4n);
}

async function expectNotSettled(fixture: CorridorFixture, order: Order, status: number) {
  const values = [order.batchId, status];
  const call = giveBack(fixture, order);
  await expectRefusal(fixture, { call, error: "BatchNotSettled", values });
}

const suite = describe("returnTransfer", () => {
  describe("when the quote is not the batch's", () => {
    it("reverts with QuoteHashMismatch", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const other = await makeOrder(fixture);
      await expectRefusal(fixture, {
        call: giveBack(fixture, { ...order, quote: other.quote }),
        error: "QuoteHashMismatch",
        values: [order.batch.quoteHash, other.batch.quoteHash],
      });
    });
  });

  describe("given the batch was never reserved", () => {
    it("reverts with BatchNotSettled", async () => {
      const fixture = await load();
      await expectNotSettled(fixture, await makeOrder(fixture), 0);
    });
  });

  describe("given the batch is still reserved", () => {
    it("reverts with BatchNotSettled", async () => {
      const fixture = await load();
      await expectNotSettled(fixture, await reserved(fixture), 1);
    });
  });

  describe("given the batch is expired", () => {
    it("reverts with BatchNotSettled", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await fixture.corridor.expire(order.quote, order.batch);
      await expectNotSettled(fixture, order, 3);
    });
  });

  describe("when the block's second is returnUntil", () => {
    it("reverts with ReturnClosed", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const { returnUntil } = order.quote;
      await nextBlockAt(chain, returnUntil);
      const values = [order.batchId, returnUntil, returnUntil];
      const call = giveBack(fixture, order);
      await expectRefusal(fixture, { call, error: "ReturnClosed", values });
    });
  });

  describe("when the block's second is the last before returnUntil", () => {
    it("returns", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await nextBlockAt(chain, order.quote.returnUntil - 1n);
      await expectReturned(fixture, order);
    });
  });

  describe("when the reason is zero", () => {
    it("reverts with ReturnReasonMissing", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const call = giveBackWith(fixture, order, { reason: "0x00000000" });
      const values = [order.batchId, 0];
      await expectRefusal(fixture, { call, error: "ReturnReasonMissing", values });
    });
  });

  describe("when the proof is of another transfer", () => {
    it("reverts with InvalidProof", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      const call = giveBackWith(fixture, order, { shown: 1 });
      await expectRefusal(fixture, { call, error: "InvalidProof", values: [order.batchId, 0] });
    });
  });

  describe("given the transfer was rejected", () => {
    it("reverts with TransferNotSettled", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 }, [{ index: 1, reason: "AC04" }]);
      const call = giveBack(fixture, order, 1);
      const values = [order.batchId, 1];
      await expectRefusal(fixture, { call, error: "TransferNotSettled", values });
    });
  });

  describe("given the transfer was returned", () => {
    it("reverts with TransferAlreadyReturned", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      await giveBack(fixture, order, 2);
      const call = giveBack(fixture, order, 2);
      const values = [order.batchId, 2];
      await expectRefusal(fixture, { call, error: "TransferAlreadyReturned", values });
    });
  });

  describe("given the payee is deactivated", () => {
    it("reverts with NotActive", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const { payee, guardian } = fixture.accounts;
      await fixture.corridor.connect(guardian).deactivate(payee);
      const call = giveBack(fixture, order);
      await expectRefusal(fixture, { call, error: "NotActive", values: [payee.address] });
    });
  });

  describe("given the payee is frozen", () => {
    it("reverts with CannotSend", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const { payee, compliance } = fixture.accounts;
      await fixture.php.connect(compliance).setFrozenTokens(payee, 1);
      const values = [await fixture.php.getAddress(), payee.address];
      const call = giveBack(fixture, order);
      await expectRefusal(fixture, { call, error: "CannotSend", values });
    });
  });

  describe("when it is signed by another key", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const signed = await returnArguments(fixture, { order, index: 0, key: KEYS.payer });
      const { payee } = fixture.accounts;
      await expectRefusal(fixture, {
        call: fixture.corridor.returnTransfer(...signed),
        error: "SignatureInvalid",
        values: [payee.address, computeAddress(KEYS.payee), computeAddress(KEYS.payer)],
      });
    });
  });

  describe("when the signature is for another index", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      const call = giveBackWith(fixture, order, { index: 1, shown: 1 });
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
    });
  });

  describe("when the signature is for another reason", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const call = giveBackWith(fixture, order, { reason: asReason("AC03") });
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
    });
  });

  describe("given the corridor is paused", () => {
    it("returns", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await fixture.corridor.connect(fixture.accounts.guardian).pause();
      await expectReturned(fixture, order);
    });
  });

  describe("given payer and bank are deactivated", () => {
    it("returns", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      const { payer, bank, guardian } = fixture.accounts;
      for (const party of [payer, bank]) {
        await fixture.corridor.connect(guardian).deactivate(party);
      }
      await expectReturned(fixture, order);
    });
  });
});

coversTree(suite, "return-transfer.tree");
