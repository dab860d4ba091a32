import { expect } from "chai";
import { computeAddress, dataSlice, ZeroAddress } from "ethers";
import { type Rejection, rejectionsHashOf } from "../../protocol/rejections.ts";
import { type CorridorFixture, connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { type Order, reserved, settleArguments, signOutcome } from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const NONE: readonly Rejection[] = [];

/** Settles without rejections under this signature. */
async function settleSigned(fixture: CorridorFixture, order: Order, signature: string) {
  return await fixture.corridor.settle(order.quote, order.batch, "0x", [], signature);
}

const suite = describe("settle: consent", () => {
  describe("when the outcome is signed by another key", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const rejectionsHash = rejectionsHashOf(NONE);
      const signature = await signOutcome(fixture, { order, rejectionsHash, key: KEYS.payer });
      await expectRefusal(fixture, {
        call: settleSigned(fixture, order, signature),
        error: "SignatureInvalid",
        values: [
          fixture.accounts.payee.address,
          computeAddress(KEYS.payee),
          computeAddress(KEYS.payer),
        ],
      });
    });
  });

  describe("when the outcome's signature is no 65 bytes", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const signature = await signOutcome(fixture, { order, rejectionsHash: rejectionsHashOf([]) });
      for (const malformed of ["0x", dataSlice(signature, 0, 64), `${signature}00`]) {
        await expectRefusal(fixture, {
          call: settleSigned(fixture, order, malformed),
          error: "SignatureInvalid",
          values: [fixture.accounts.payee.address, computeAddress(KEYS.payee), ZeroAddress],
        });
      }
    });
  });

  describe("when the outcome is of another batch", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const [order, other] = [await reserved(fixture), await reserved(fixture)];
      const rejectionsHash = rejectionsHashOf(NONE);
      const signature = await signOutcome(fixture, { order: other, rejectionsHash });
      const call = settleSigned(fixture, order, signature);
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
    });
  });

  describe("when the outcome names other rejections", () => {
    it("reverts with SignatureInvalid", async () => {
      const fixture = await load();
      const order = await reserved(fixture, { count: 3 });
      const rejectionsHash = rejectionsHashOf([{ index: 1, reason: "AC04" }]);
      const signature = await signOutcome(fixture, { order, rejectionsHash });
      const call = settleSigned(fixture, order, signature);
      await expect(call).to.be.revertedWithCustomError(fixture.corridor, "SignatureInvalid");
    });
  });

  describe("given the payee has replaced its signer", () => {
    const replaced = async () => {
      const fixture = await load();
      const order = await reserved(fixture);
      const { corridor, accounts } = fixture;
      await corridor.connect(accounts.payee).setSigner(computeAddress(KEYS.stranger));
      return { fixture, order };
    };

    it("refuses the old key with SignatureInvalid", async () => {
      const { fixture, order } = await replaced();
      const { payee } = fixture.accounts;
      const [old, now] = [computeAddress(KEYS.payee), computeAddress(KEYS.stranger)];
      const call = fixture.corridor.settle(...(await settleArguments(fixture, order)));
      const values = [payee.address, now, old];
      await expectRefusal(fixture, { call, error: "SignatureInvalid", values });
    });

    it("takes the new key", async () => {
      const { fixture, order } = await replaced();
      const rejectionsHash = rejectionsHashOf(NONE);
      const signature = await signOutcome(fixture, { order, rejectionsHash, key: KEYS.stranger });
      await settleSigned(fixture, order, signature);
      expect((await fixture.corridor.batchStatusOf(order.batchId)).status).to.equal(2n);
    });
  });
});

coversTree(suite, "settle-consent.tree");
