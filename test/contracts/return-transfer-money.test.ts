import { expect } from "chai";
import {
  type CorridorFixture,
  connectChain,
  corridorFixture,
  START_COUNTER_POSITION,
} from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { asReason, type Order, proofOf, returnArguments, settled } from "./orders.ts";
import { movementsSince, positionsOf } from "./positions-of.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const SEND = 10_000n;
const RECEIVE = 70_500n;

/** Anybody may hand a signed return in: a stranger does. */
async function giveBack(fixture: CorridorFixture, order: Order, index = 0) {
  const values = await returnArguments(fixture, { order, index });
  return await fixture.corridor.connect(fixture.accounts.stranger).returnTransfer(...values);
}

async function expectReturned(fixture: CorridorFixture, order: Order): Promise<void> {
  await giveBack(fixture, order);
  const { instruction, siblings } = proofOf(order, 0);
  expect(await fixture.corridor.statusOf(order.batch, 0, instruction, siblings)).to.equal(4n);
}

const suite = describe("returnTransfer: money", () => {
  describe("given the payee's position is one unit short", () => {
    it("reverts with InsufficientPosition, and returns once it is filled", async () => {
      const fixture = await load();
      const { corridor, php, accounts } = fixture;
      const order = await settled(fixture);
      const payee = corridor.connect(accounts.payee);
      await payee.withdraw(php, START_COUNTER_POSITION + 1n);
      const values = [await php.getAddress(), accounts.payee.address, RECEIVE, RECEIVE - 1n];
      const call = giveBack(fixture, order);
      await expectRefusal(fixture, { call, error: "InsufficientPosition", values });
      await php.connect(accounts.payee).approve(corridor, 1);
      await payee.deposit(php, 1);
      await expectReturned(fixture, order);
    });
  });

  describe("given the bank's position is one unit short", () => {
    it("reverts with InsufficientPosition", async () => {
      const fixture = await load();
      const { corridor, hkd, accounts } = fixture;
      const order = await settled(fixture);
      await corridor.connect(accounts.bank).withdraw(hkd, START_COUNTER_POSITION + 1n);
      const values = [await hkd.getAddress(), accounts.bank.address, SEND, SEND - 1n];
      const call = giveBack(fixture, order);
      await expectRefusal(fixture, { call, error: "InsufficientPosition", values });
    });
  });

  describe("when everything is in order", () => {
    it("moves both legs back", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      const before = await positionsOf(fixture);
      await giveBack(fixture, order, 1);
      expect(await movementsSince(fixture, before)).to.deep.equal({
        payerHkd: SEND,
        bankHkd: -SEND,
        bankPhp: RECEIVE,
        payeePhp: -RECEIVE,
      });
    });

    it("leaves the other transfers settled", async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 });
      await giveBack(fixture, order, 1);
      const statuses = [];
      for (const index of order.instructions.keys()) {
        const { instruction, siblings } = proofOf(order, index);
        statuses.push(await fixture.corridor.statusOf(order.batch, index, instruction, siblings));
      }
      expect(statuses).to.deep.equal([2n, 4n, 2n]);
    });

    it("tells reason and amounts", async () => {
      const fixture = await load();
      const order = await settled(fixture);
      await expect(giveBack(fixture, order))
        .to.emit(fixture.corridor, "TransferReturned")
        .withArgs(order.batchId, 0, asReason("FOCR"), SEND, RECEIVE);
    });
  });
});

coversTree(suite, "return-transfer-money.tree");
