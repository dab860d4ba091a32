import { expect } from "chai";
import { keccak256 } from "ethers";
import type { Rejection } from "../../protocol/rejections.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  instructionOf,
  type Order,
  packUnchecked,
  proofOf,
  reserved,
  settleArguments,
  signOutcome,
} from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

type Proof = ReturnType<typeof proofOf>;

/** Settles with any packed list, signed as it is, and any proofs. */
async function settlePacked(
  fixture: CorridorFixture,
  order: Order,
  shown: { packed: string; proofs: readonly Proof[] },
) {
  const rejectionsHash = keccak256(shown.packed);
  const signature = await signOutcome(fixture, { order, rejectionsHash });
  const { quote, batch } = order;
  return await fixture.corridor.settle(quote, batch, shown.packed, [...shown.proofs], signature);
}

async function expectListRefused(refused: {
  packed: string;
  proofsOf: readonly number[];
  error: string;
  values: readonly unknown[];
}): Promise<void> {
  const fixture = await load();
  const order = await reserved(fixture, { count: 5 });
  const proofs = refused.proofsOf.map((index) => proofOf(order, index));
  const call = settlePacked(fixture, order, { packed: refused.packed, proofs });
  await expectRefusal(fixture, { call, error: refused.error, values: refused.values });
}

/** Rejects transfer `index` of five with whatever proof this makes of the order. */
async function expectProofRefused(index: number, proof: (order: Order) => Proof): Promise<void> {
  const fixture = await load();
  const order = await reserved(fixture, { count: 5 });
  const packed = packUnchecked([{ index, reason: "AC04" }]);
  const call = settlePacked(fixture, order, { packed, proofs: [proof(order)] });
  const values = [order.batchId, index];
  await expectRefusal(fixture, { call, error: "InvalidProof", values });
}

const rejecting = (...indexes: number[]): Rejection[] =>
  indexes.map((index) => ({ index, reason: "AC04" }));

const suite = describe("settle: rejections", () => {
  describe("when the list ends within an item", () => {
    it("reverts with RejectionsMalformed", async () => {
      await expectListRefused({
        packed: `${packUnchecked(rejecting(1))}00`,
        proofsOf: [1],
        error: "RejectionsMalformed",
        values: [7],
      });
    });
  });

  describe("when an index appears twice", () => {
    it("reverts with RejectionsNotAscending", async () => {
      await expectListRefused({
        packed: packUnchecked(rejecting(1, 1)),
        proofsOf: [1, 1],
        error: "RejectionsNotAscending",
        values: [1, 1, 2],
      });
    });
  });

  describe("when an index is lower than the one before", () => {
    it("reverts with RejectionsNotAscending", async () => {
      await expectListRefused({
        packed: packUnchecked(rejecting(0, 3, 2)),
        proofsOf: [0, 3, 2],
        error: "RejectionsNotAscending",
        values: [2, 2, 4],
      });
    });
  });

  describe("when a reason is zero", () => {
    it("reverts with RejectionReasonMissing", async () => {
      await expectListRefused({
        packed: "0x000200000000",
        proofsOf: [2],
        error: "RejectionReasonMissing",
        values: [2],
      });
    });
  });

  describe("when there are fewer proofs than rejections", () => {
    it("reverts with ProofCountMismatch", async () => {
      await expectListRefused({
        packed: packUnchecked(rejecting(0, 1)),
        proofsOf: [0],
        error: "ProofCountMismatch",
        values: [2, 1],
      });
    });
  });

  describe("when there are more proofs than rejections", () => {
    it("reverts with ProofCountMismatch", async () => {
      await expectListRefused({
        packed: "0x",
        proofsOf: [0],
        error: "ProofCountMismatch",
        values: [0, 1],
      });
    });
  });

  describe("when a proof is of another transfer", () => {
    it("reverts with InvalidProof", async () => {
      await expectProofRefused(1, (order) => proofOf(order, 2));
    });
  });

  describe("when a proof shows other amounts", () => {
    it("reverts with InvalidProof", async () => {
      await expectProofRefused(1, (order) => {
        const { instruction, siblings } = proofOf(order, 1);
        const { amounts } = instructionOf(20_000n);
        return { instruction: { ...instruction, amounts }, siblings };
      });
    });
  });

  describe("when the index is beyond the batch", () => {
    it("reverts with InvalidProof", async () => {
      await expectProofRefused(5, (order) => proofOf(order, 4));
    });
  });

  describe("when a node is shown as an instruction", () => {
    it("reverts with InvalidProof", async () => {
      await expectProofRefused(0, (order) => {
        const [first = "", second = ""] = order.levels[0] ?? [];
        const [commitment, amounts] = first < second ? [first, second] : [second, first];
        // The parent of the first two leaves, under which their hashes would be an instruction's words.
        const siblings = proofOf(order, 0).siblings.slice(1);
        return { instruction: { commitment, amounts: BigInt(amounts) }, siblings };
      });
    });
  });

  describe("when every second of 17 transfers is rejected", () => {
    it("takes the proofs of all shapes", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 17 });
      const rejections = rejecting(0, 2, 4, 6, 8, 10, 12, 14, 16);
      const sent = fixture.corridor.settle(...(await settleArguments(fixture, order, rejections)));
      await expect(sent)
        .to.emit(fixture.corridor, "BatchSettled")
        .withArgs(order.batchId, 8n * 10_000n, 8n * 70_500n, 9);
      for (const index of order.instructions.keys()) {
        const { instruction, siblings } = proofOf(order, index);
        const status = await fixture.corridor.statusOf(order.batch, index, instruction, siblings);
        expect(status).to.equal(index % 2 === 0 ? 3n : 2n);
      }
    });
  });

  describe("given the first rejections are marked when a later one fails", () => {
    it("leaves no transfer rejected", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 3 });
      const proofs = [proofOf(order, 0), proofOf(order, 0)];
      const packed = packUnchecked(rejecting(0, 1));
      const call = settlePacked(fixture, order, { packed, proofs });
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "InvalidProof");
      const rejections = [{ index: 2, reason: "AC04" }];
      await fixture.corridor.settle(...(await settleArguments(fixture, order, rejections)));
      const { instruction, siblings } = proofOf(order, 0);
      expect(await fixture.corridor.statusOf(order.batch, 0, instruction, siblings)).to.equal(2n);
    });
  });
});

coversTree(suite, "settle-rejections.tree");
