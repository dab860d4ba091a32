import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import type { Instruction } from "../../protocol/batch-tree.ts";
import { connectChain, corridorFixture, MAX_PER_TRANSFER } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { govern } from "./governance.ts";
import { instructionOf, makeOrder, RATE, reserveArguments } from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const LIMIT_96 = 1n << 96n;
const good = instructionOf(10_000n);
const withAmounts = (send: bigint, receive: bigint): Instruction => ({
  commitment: id("details"),
  amounts: (send << 128n) | receive,
});

/** Reserves a good instruction and, after it, this one. */
async function reserveSecond(instruction: Instruction, rate = RATE) {
  const fixture = await load();
  const order = await makeOrder(fixture, {
    instructions: rate === RATE ? [good, instruction] : [instruction],
    quote: { rate },
  });
  return { fixture, order, call: fixture.corridor.reserve(...reserveArguments(order)) };
}

async function expectOutOfBounds(send: bigint, receive: bigint): Promise<void> {
  const { fixture, call } = await reserveSecond(withAmounts(send, receive));
  await expectRefusal(fixture, { call, error: "AmountsOutOfBounds", values: [1, send, receive] });
}

async function expectHeld(instruction: Instruction, rate = RATE): Promise<void> {
  const { fixture, order, call } = await reserveSecond(instruction, rate);
  await expect(call).to.emit(fixture.corridor, "BatchReserved");
  const [status, , sendHeld] = await fixture.corridor.batchStatusOf(order.batchId);
  expect([status, sendHeld]).to.deep.equal([1n, order.batch.sendTotal]);
}

const suite = describe("reserve: instructions", () => {
  describe("when a commitment is zero", () => {
    it("reverts with CommitmentZero", async () => {
      const { fixture, call } = await reserveSecond(instructionOf(500n, ZeroHash));
      await expectRefusal(fixture, { call, error: "CommitmentZero", values: [1] });
    });
  });

  describe("when a send amount is zero", () => {
    it("reverts with AmountsOutOfBounds", async () => {
      await expectOutOfBounds(0n, 1n);
    });
  });

  describe("when a receive amount is zero", () => {
    it("reverts with AmountsOutOfBounds", async () => {
      await expectOutOfBounds(1n, 0n);
    });
  });

  describe("when a send amount is 2**96", () => {
    it("reverts with AmountsOutOfBounds", async () => {
      const fixture = await load();
      const instructions = [withAmounts(LIMIT_96, 1n)];
      const order = await makeOrder(fixture, { instructions, batch: { sendTotal: 1n } });
      const call = fixture.corridor.reserve(...reserveArguments(order));
      const values = [0, LIMIT_96, 1];
      await expectRefusal(fixture, { call, error: "AmountsOutOfBounds", values });
    });
  });

  describe("when a receive amount is 2**96", () => {
    it("reverts with AmountsOutOfBounds", async () => {
      await expectOutOfBounds(1n, LIMIT_96);
    });
  });

  describe("when one unit more is received than quoted", () => {
    it("reverts with RateNotHonoured", async () => {
      const { fixture, call } = await reserveSecond(withAmounts(1_000n, 7_051n));
      const values = [1, 1_000, 7_051, RATE];
      await expectRefusal(fixture, { call, error: "RateNotHonoured", values });
    });
  });

  describe("when exactly as much is received as quoted", () => {
    it("holds both legs", async () => {
      await expectHeld(withAmounts(1_000n, 7_050n));
    });
  });

  describe("when the receive amount is rounded down", () => {
    it("holds both legs", async () => {
      // 7.05 x 1,001 = 7,057.05
      await expectHeld(withAmounts(1_001n, 7_057n));
    });
  });

  describe("when the receive amount is one unit lower than rounding explains", () => {
    it("reverts with RateNotHonoured", async () => {
      // At a rate below one a receive unit is the coarser step: 0.5 x 1,000 is 500 exactly.
      const rate = 500_000_000_000n;
      const { fixture, call } = await reserveSecond(withAmounts(1_000n, 499n), rate);
      const values = [0, 1_000, 499, rate];
      await expectRefusal(fixture, { call, error: "RateNotHonoured", values });
    });
  });

  describe("when the send amount is rounded up for a fixed receive amount", () => {
    it("holds both legs", async () => {
      // 9,999.94 / 7.05 = 1,418.4312...: the payer sends 1,418.44, worth 6.2 receive units more than the bill.
      await expectHeld(withAmounts(141_844n, 999_994n));
    });
  });

  describe("when the send amount is one unit higher than rounding explains", () => {
    it("reverts with RateNotHonoured", async () => {
      // 1,000 would have been enough for exactly 7,050.
      const { fixture, call } = await reserveSecond(withAmounts(1_001n, 7_050n));
      const values = [1, 1_001, 7_050, RATE];
      await expectRefusal(fixture, { call, error: "RateNotHonoured", values });
    });
  });

  describe("when a transfer sends the payer's maximum", () => {
    it("holds both legs", async () => {
      await expectHeld(instructionOf(MAX_PER_TRANSFER));
    });
  });

  describe("when a transfer sends one unit more", () => {
    it("reverts with AboveMaxPerTransfer", async () => {
      const { fixture, call } = await reserveSecond(instructionOf(MAX_PER_TRANSFER + 1n));
      const values = [1, MAX_PER_TRANSFER + 1n, MAX_PER_TRANSFER];
      await expectRefusal(fixture, { call, error: "AboveMaxPerTransfer", values });
    });
  });

  describe("when the batch states another send total", () => {
    it("reverts with SendTotalMismatch", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { count: 3, batch: { sendTotal: 30_001n } });
      const call = fixture.corridor.reserve(...reserveArguments(order));
      await expectRefusal(fixture, { call, error: "SendTotalMismatch", values: [30_001, 30_000] });
    });
  });

  describe("when the batch states another root", () => {
    it("reverts with RootMismatch", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { batch: { root: ZeroHash } });
      const call = fixture.corridor.reserve(...reserveArguments(order));
      const values = [ZeroHash, order.levels[0]?.[0]];
      await expectRefusal(fixture, { call, error: "RootMismatch", values });
    });
  });

  describe("when two instructions change places", () => {
    it("reverts with RootMismatch", async () => {
      const fixture = await load();
      const order = await makeOrder(fixture, { count: 2 });
      const instructions = order.instructions.toReversed();
      const swapped = await makeOrder(fixture, { instructions });
      const call = fixture.corridor.reserve(...reserveArguments({ ...order, instructions }));
      const values = [order.batch.root, swapped.batch.root];
      await expectRefusal(fixture, { call, error: "RootMismatch", values });
    });
  });

  describe("when the receive amounts add up to 2**96", () => {
    it("reverts with SafeCastOverflowedUintDowncast", async () => {
      const fixture = await load();
      const { corridor, accounts, deployment } = fixture;
      const most = LIMIT_96 - 1n;
      const values = [deployment.tokens.HKD, accounts.payer.address, [most, most, 1n]];
      await govern(fixture, { name: "raiseLimit", values });
      const half = withAmounts(1n << 75n, 1n << 95n);
      const instructions = [half, half];
      const order = await makeOrder(fixture, {
        instructions,
        quote: { rate: (10n ** 12n) << 20n },
      });
      await expectRefusal(fixture, {
        call: corridor.reserve(...reserveArguments(order)),
        error: "SafeCastOverflowedUintDowncast",
        values: [96, LIMIT_96],
      });
    });
  });
});

coversTree(suite, "reserve-instructions.tree");
