import { expect } from "chai";
import { computeAddress, keccak256 } from "ethers";
import { type Rejection, rejectionsHashOf } from "../../protocol/rejections.ts";
import { nextBlockAt } from "./chain-clock.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  instructionOf,
  listArguments,
  makeOrder,
  type Order,
  packUnchecked,
  proofOf,
  reserved,
  settleArguments,
  settled,
  signOutcome,
} from "./orders.ts";
import { movementsSince, positionsOf } from "./positions-of.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const NONE: readonly Rejection[] = [];

async function settle(fixture: CorridorFixture, order: Order, rejections = NONE) {
  return await fixture.corridor.settleWithList(
    ...(await listArguments(fixture, order, rejections)),
  );
}

/** Settles five transfers with any packed list, signed as it is. */
async function expectListRefused(packed: string, refusal: { error: string; values: unknown[] }) {
  const fixture = await load();
  const order = await reserved(fixture, { count: 5 });
  const signature = await signOutcome(fixture, { order, rejectionsHash: keccak256(packed) });
  const { quote, batch, instructions } = order;
  const call = fixture.corridor.settleWithList(quote, batch, instructions, packed, signature);
  await expectRefusal(fixture, { call, ...refusal });
}

/** Settles five transfers showing other instructions than were reserved. */
async function expectShownRefused(
  shown: (order: Order) => Order["instructions"],
  refusal: { error: string; values: (order: Order, root: string) => unknown[] },
) {
  const fixture = await load();
  const order = await reserved(fixture, { count: 5 });
  const instructions = shown(order);
  const root =
    instructions.length === 0 ? "" : (await makeOrder(fixture, { instructions })).batch.root;
  const call = settle(fixture, { ...order, instructions });
  const values = refusal.values(order, root);
  await expectRefusal(fixture, { call, error: refusal.error, values });
}

/** Reserves and settles the same order twice, from the same state, in both ways. */
async function expectSameAsSettle(rejections: readonly Rejection[]): Promise<void> {
  const outcomes = [];
  for (const way of ["settle", "settleWithList"] as const) {
    const fixture = await load();
    const before = await positionsOf(fixture);
    const instructions = [1n, 2n, 3n, 4n, 5n].map((send) => instructionOf(send * 1_000n));
    const order = await reserved(fixture, { instructions });
    if (way === "settle") {
      await fixture.corridor.settle(...(await settleArguments(fixture, order, rejections)));
    } else {
      await settle(fixture, order, rejections);
    }
    const statuses = [];
    for (const index of order.instructions.keys()) {
      const { instruction, siblings } = proofOf(order, index);
      statuses.push(await fixture.corridor.statusOf(order.batch, index, instruction, siblings));
    }
    const [event] = await fixture.corridor.queryFilter(
      fixture.corridor.filters.BatchSettled(),
      "latest",
    );
    const { sendSettled, receiveSettled, rejectedCount } = event?.args ?? {};
    const told = [sendSettled, receiveSettled, rejectedCount];
    outcomes.push({ statuses, told, moved: await movementsSince(fixture, before) });
  }
  expect(outcomes[1]).to.deep.equal(outcomes[0]);
  expect(outcomes[1]?.statuses).to.deep.equal(
    [0, 1, 2, 3, 4].map((index) => (rejections.some((it) => it.index === index) ? 3n : 2n)),
  );
}

const suite = describe("settleWithList", () => {
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

  describe("when the outcome is signed by another key", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const rejectionsHash = rejectionsHashOf(NONE);
      const signature = await signOutcome(fixture, { order, rejectionsHash, key: KEYS.bank });
      const { quote, batch, instructions } = order;
      const { payee } = fixture.accounts;
      await expectRefusal(fixture, {
        call: fixture.corridor.settleWithList(quote, batch, instructions, "0x", signature),
        error: "SignatureInvalid",
        values: [payee.address, computeAddress(KEYS.payee), computeAddress(KEYS.bank)],
      });
    });
  });

  describe("when the list of rejections ends within an item", () => {
    it("reverts with RejectionsMalformed", async () => {
      await expectListRefused("0x0001", { error: "RejectionsMalformed", values: [2] });
    });
  });

  describe("when an index appears twice", () => {
    it("reverts with RejectionsNotAscending", async () => {
      const twice = [4, 4].map((index) => ({ index, reason: "AC04" }));
      const packed = packUnchecked(twice);
      await expectListRefused(packed, { error: "RejectionsNotAscending", values: [1, 4, 5] });
    });
  });

  describe("when the index is beyond the batch", () => {
    it("reverts with IndexOutOfBounds", async () => {
      const packed = packUnchecked([{ index: 5, reason: "AC04" }]);
      await expectListRefused(packed, { error: "IndexOutOfBounds", values: [5, 5] });
    });
  });

  describe("when no instruction is shown", () => {
    it("reverts with CountOutOfBounds", async () => {
      await expectShownRefused(() => [], { error: "CountOutOfBounds", values: () => [0, 500] });
    });
  });

  describe("when an instruction is missing", () => {
    it("reverts with CountMismatch", async () => {
      await expectShownRefused(({ instructions }) => instructions.slice(1), {
        error: "CountMismatch",
        values: () => [5, 4],
      });
    });
  });

  describe("when an instruction shows other amounts", () => {
    it("reverts with RootMismatch", async () => {
      await expectShownRefused(({ instructions }) => instructions.with(2, instructionOf(1_000n)), {
        error: "RootMismatch",
        values: ({ batch }, root) => [batch.root, root],
      });
    });
  });

  describe("given the corridor is paused", () => {
    it("settles", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      await fixture.corridor.connect(fixture.accounts.guardian).pause();
      await settle(fixture, order);
      expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(2n);
    });
  });

  describe("when nothing is rejected", () => {
    it("does what settle does", async () => {
      await expectSameAsSettle([]);
    });
  });

  describe("when some transfers are rejected", () => {
    it("does what settle does", async () => {
      await expectSameAsSettle([0, 1, 4].map((index) => ({ index, reason: "AM05" })));
    });
  });

  describe("when all of 500 transfers are rejected", () => {
    const all = Array.from({ length: 500 }, (_, index) => ({ index, reason: "AC04" }));

    it("gives everything back and tells 500 rejections", async () => {
      const fixture = await load();
      const { corridor } = fixture;
      const before = await positionsOf(fixture);
      const order = await reserved(fixture, { count: 500 });
      await expect(settle(fixture, order, all))
        .to.emit(corridor, "BatchSettled")
        .withArgs(order.batchId, 0, 0, 500);
      expect(await positionsOf(fixture)).to.deep.equal(before);
      const told = await corridor.queryFilter(corridor.filters.TransferRejected(), "latest");
      expect(told.map(({ args }) => Number(args.index))).to.deep.equal(
        all.map(({ index }) => index),
      );
    });

    it("fits one chain transaction of 120,000 bytes and 16,000,000 gas", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 500 });
      const sent = await settle(fixture, order, all);
      expect((sent.data.length - 2) / 2).to.be.lessThan(120_000);
      expect(Number((await sent.wait())?.gasUsed)).to.be.lessThan(16_000_000);
    });
  });
});

coversTree(suite, "settle-with-list.tree");
