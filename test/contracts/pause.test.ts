import { expect } from "chai";
import { nextBlockAt } from "./chain-clock.ts";
import { connectChain, corridorFixture, DELAYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { announce, govern, made } from "./governance.ts";
import { reserved } from "./orders.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const UNPAUSE = { name: "unpause", values: [] };

async function load() {
  const fixture = await chain.networkHelpers.loadFixture(corridorFixture);
  const { corridor, manager, accounts } = fixture;
  const data = corridor.interface.encodeFunctionData("unpause");
  const operation = await manager.hashOperation(accounts.governor, corridor, data);
  const guardian = corridor.connect(accounts.guardian);
  const governor = corridor.connect(accounts.governor);
  return { fixture, corridor, manager, accounts, guardian, governor, data, operation };
}

const suite = describe("pause", () => {
  describe("when the caller is not the guardian", () => {
    it("reverts with AccessManagedUnauthorized", async () => {
      const { fixture, corridor, accounts } = await load();
      for (const caller of [accounts.governor, accounts.payer, accounts.stranger]) {
        const call = corridor.connect(caller).pause();
        const values = [caller.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      }
    });
  });

  describe("given the corridor is paused", () => {
    it("reverts with EnforcedPause", async () => {
      const { fixture, guardian } = await load();
      await guardian.pause();
      const call = guardian.pause();
      await expectRefusal(fixture, { call, error: "EnforcedPause", values: [] });
    });
  });

  describe("when the guardian pauses", () => {
    it("pauses at once", async () => {
      const { corridor, guardian, accounts } = await load();
      await expect(guardian.pause())
        .to.emit(corridor, "Paused")
        .withArgs(accounts.guardian.address);
      expect(await corridor.paused()).to.equal(true);
    });
  });

  describe("unpause", () => {
    describe("when the caller is the guardian", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, guardian, accounts } = await load();
        await guardian.pause();
        const call = guardian.unpause();
        const values = [accounts.guardian.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("given the corridor is not paused", () => {
      it("reverts with ExpectedPause", async () => {
        const { fixture } = await load();
        await announce(fixture, UNPAUSE);
        const call = made(fixture, UNPAUSE);
        await expectRefusal(fixture, { call, error: "ExpectedPause", values: [] });
      });
    });

    describe("when the governor did not wait", () => {
      it("reverts with AccessManagerNotReady", async () => {
        const { manager, corridor, guardian, governor, accounts, data, operation } = await load();
        await guardian.pause();
        await manager.connect(accounts.governor).schedule(corridor, data, 0);
        const announced = BigInt(await chain.networkHelpers.time.latest());
        await nextBlockAt(chain, announced + BigInt(DELAYS.governor) - 1n);
        await expect(governor.unpause())
          .to.be.revertedWithCustomError(manager, "AccessManagerNotReady")
          .withArgs(operation);
        await nextBlockAt(chain, announced + BigInt(DELAYS.governor));
        await governor.unpause();
        expect(await corridor.paused()).to.equal(false);
      });
    });

    describe("given the guardian cancelled the announcement", () => {
      it("reverts with AccessManagerNotScheduled", async () => {
        const { fixture, manager, corridor, guardian, accounts, data, operation } = await load();
        await guardian.pause();
        await announce(fixture, UNPAUSE);
        await manager.connect(accounts.guardian).cancel(accounts.governor, corridor, data);
        await expect(made(fixture, UNPAUSE))
          .to.be.revertedWithCustomError(manager, "AccessManagerNotScheduled")
          .withArgs(operation);
      });
    });

    describe("when the governor waited", () => {
      it("lets reserve work again", async () => {
        const { fixture, corridor, guardian } = await load();
        await guardian.pause();
        await govern(fixture, UNPAUSE);
        const order = await reserved(fixture);
        expect((await corridor.batchStatusOf(order.batchId)).status).to.equal(1n);
      });
    });
  });
});

coversTree(suite, "pause.tree");
