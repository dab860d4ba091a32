import { expect } from "chai";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  listArguments,
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

const STATUSES = ["None", "Reserved", "Settled", "Rejected", "Returned", "Expired"];

async function statusOf({ corridor }: CorridorFixture, order: Order, index = 0) {
  const { instruction, siblings } = proofOf(order, index);
  return STATUSES[Number(await corridor.statusOf(order.batch, index, instruction, siblings))];
}

const suite = describe("statusOf", () => {
  describe("when the instruction is not at this index of the batch", () => {
    it("reverts with InvalidProof", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { count: 3 });
      const { instruction, siblings } = proofOf(order, 1);
      const call = fixture.corridor.statusOf(order.batch, 0, instruction, siblings);
      await expectRefusal(fixture, { call, error: "InvalidProof", values: [order.batchId, 0] });
    });
  });

  describe("given the batch was never reserved", () => {
    it("answers None", async () => {
      const fixture = await load();
      expect(await statusOf(fixture, await makeOrder(fixture))).to.equal("None");
    });
  });

  describe("given the batch is reserved", () => {
    it("answers Reserved", async () => {
      const fixture = await load();
      expect(await statusOf(fixture, await reserved(fixture))).to.equal("Reserved");
    });
  });

  describe("given the batch is settled", () => {
    const withRejection = async () => {
      const fixture = await load();
      const order = await settled(fixture, { count: 3 }, [{ index: 1, reason: "AC04" }]);
      return { fixture, order };
    };

    it("answers Settled of a transfer that was not rejected", async () => {
      const { fixture, order } = await withRejection();
      expect(await statusOf(fixture, order, 0)).to.equal("Settled");
    });

    it("answers Rejected of a rejected one", async () => {
      const { fixture, order } = await withRejection();
      expect(await statusOf(fixture, order, 1)).to.equal("Rejected");
    });

    it("answers Returned of one given back", async () => {
      const { fixture, order } = await withRejection();
      const values = await returnArguments(fixture, { order, index: 2 });
      await fixture.corridor.returnTransfer(...values);
      expect(await statusOf(fixture, order, 2)).to.equal("Returned");
    });
  });

  describe("given the batch is expired", () => {
    it("answers Expired", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await nextBlockAt(chain, order.quote.settleUntil);
      await fixture.corridor.expire(order.quote, order.batch);
      expect(await statusOf(fixture, order)).to.equal("Expired");
    });
  });

  describe("given a batch of 500 is settled with rejections across both words of the map", () => {
    it("answers each transfer's own status", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 500 });
      const rejected = [0, 1, 254, 255, 256, 257, 499];
      const rejections = rejected.map((index) => ({ index, reason: "AC04" }));
      const values = await listArguments(fixture, order, rejections);
      await fixture.corridor.settleWithList(...values);
      for (const index of [...rejected, 2, 253, 258, 498]) {
        const expected = rejected.includes(index) ? "Rejected" : "Settled";
        expect(await statusOf(fixture, order, index)).to.equal(expected);
      }
    });
  });
});

coversTree(suite, "status-of.tree");
