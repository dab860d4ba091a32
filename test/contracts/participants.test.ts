import { expect } from "chai";
import { computeAddress, ZeroAddress } from "ethers";
import { connectChain, corridorFixture, KEYS } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { announce, govern, made } from "./governance.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();

/** The fixture, and a signer key nobody uses. */
async function load() {
  const fixture = await chain.networkHelpers.loadFixture(corridorFixture);
  const { stranger, payer, guardian, governor } = fixture.accounts;
  return { fixture, corridor: fixture.corridor, stranger, payer, guardian, governor };
}

const freeKey = computeAddress(KEYS.stranger);
const payerKey = computeAddress(KEYS.payer);

/** Announces a governor's call that must then fail. */
async function expectGovernedRefusal(refused: {
  name: "admit" | "reactivate";
  account: string;
  error: string;
  values: readonly unknown[];
}): Promise<void> {
  const { fixture } = await load();
  const call = { name: refused.name, values: [refused.account] };
  await announce(fixture, call);
  const { error, values } = refused;
  await expectRefusal(fixture, { call: made(fixture, call), error, values });
}

const suite = describe("participants", () => {
  describe("admit", () => {
    describe("when the caller is not the governor", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, corridor, guardian, stranger } = await load();
        const call = corridor.connect(guardian).admit(stranger);
        const values = [guardian.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("when the governor did not announce it", () => {
      it("reverts with AccessManagerNotScheduled", async () => {
        const { fixture, corridor, governor, stranger } = await load();
        const { manager } = fixture;
        const data = corridor.interface.encodeFunctionData("admit", [stranger.address]);
        const operation = await manager.hashOperation(governor, corridor, data);
        await expect(corridor.connect(governor).admit(stranger))
          .to.be.revertedWithCustomError(manager, "AccessManagerNotScheduled")
          .withArgs(operation);
      });
    });

    describe("when the account is zero", () => {
      it("reverts with AccountZero", async () => {
        const refusal = { error: "AccountZero", values: [] };
        await expectGovernedRefusal({ name: "admit", account: ZeroAddress, ...refusal });
      });
    });

    describe("given the account is admitted", () => {
      it("reverts with AlreadyAdmitted", async () => {
        const { address } = (await load()).payer;
        const refusal = { error: "AlreadyAdmitted", values: [address] };
        await expectGovernedRefusal({ name: "admit", account: address, ...refusal });
      });
    });

    describe("given the account is new", () => {
      it("makes it active, without a signer", async () => {
        const { fixture, corridor, stranger } = await load();
        expect([...(await corridor.participantOf(stranger))]).to.deep.equal([
          ZeroAddress,
          false,
          false,
        ]);
        await expect(govern(fixture, { name: "admit", values: [stranger.address] }))
          .to.emit(corridor, "ParticipantAdmitted")
          .withArgs(stranger.address);
        const state = [...(await corridor.participantOf(stranger))];
        expect(state).to.deep.equal([ZeroAddress, true, true]);
      });
    });
  });

  describe("setSigner", () => {
    describe("given the caller was never admitted", () => {
      it("reverts with NotAdmitted", async () => {
        const { fixture, corridor, stranger } = await load();
        const call = corridor.connect(stranger).setSigner(freeKey);
        await expectRefusal(fixture, { call, error: "NotAdmitted", values: [stranger.address] });
      });
    });

    describe("when the signer is zero", () => {
      it("reverts with SignerZero", async () => {
        const { fixture, corridor, payer } = await load();
        const call = corridor.connect(payer).setSigner(ZeroAddress);
        await expectRefusal(fixture, { call, error: "SignerZero", values: [] });
      });
    });

    describe("given the key signs for another account", () => {
      it("reverts with SignerInUse", async () => {
        const { fixture, corridor, payer } = await load();
        const bankKey = computeAddress(KEYS.bank);
        const call = corridor.connect(payer).setSigner(bankKey);
        const values = [bankKey, fixture.accounts.bank.address];
        await expectRefusal(fixture, { call, error: "SignerInUse", values });
      });
    });

    describe("given the key signs for the caller already", () => {
      it("changes nothing", async () => {
        const { corridor, payer } = await load();
        await corridor.connect(payer).setSigner(payerKey);
        expect(await corridor.signerOf(payer)).to.equal(payerKey);
        expect(await corridor.accountOfSigner(payerKey)).to.equal(payer.address);
      });
    });

    describe("given the caller is deactivated", () => {
      it("sets the signer", async () => {
        const { corridor, payer, guardian } = await load();
        await corridor.connect(guardian).deactivate(payer);
        await corridor.connect(payer).setSigner(freeKey);
        expect(await corridor.signerOf(payer)).to.equal(freeKey);
      });
    });

    describe("when the key is free", () => {
      it("sets the signer", async () => {
        const { corridor, payer } = await load();
        await expect(corridor.connect(payer).setSigner(freeKey))
          .to.emit(corridor, "SignerSet")
          .withArgs(payer.address, freeKey);
        expect(await corridor.signerOf(payer)).to.equal(freeKey);
        expect(await corridor.accountOfSigner(freeKey)).to.equal(payer.address);
      });

      it("frees the key before it for another account", async () => {
        const { fixture, corridor, payer } = await load();
        await corridor.connect(payer).setSigner(freeKey);
        expect(await corridor.accountOfSigner(payerKey)).to.equal(ZeroAddress);
        const { payee } = fixture.accounts;
        await corridor.connect(payee).setSigner(payerKey);
        expect(await corridor.signerOf(payee)).to.equal(payerKey);
      });
    });
  });

  describe("deactivate", () => {
    describe("when the caller is not the guardian", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, corridor, governor, payer } = await load();
        for (const caller of [governor, payer]) {
          const call = corridor.connect(caller).deactivate(payer);
          const values = [caller.address];
          await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
        }
      });
    });

    describe("given the account was never admitted", () => {
      it("reverts with NotAdmitted", async () => {
        const { fixture, corridor, guardian, stranger } = await load();
        const call = corridor.connect(guardian).deactivate(stranger);
        await expectRefusal(fixture, { call, error: "NotAdmitted", values: [stranger.address] });
      });
    });

    describe("given the account is deactivated", () => {
      it("reverts with NotActive", async () => {
        const { fixture, corridor, guardian, payer } = await load();
        await corridor.connect(guardian).deactivate(payer);
        const call = corridor.connect(guardian).deactivate(payer);
        await expectRefusal(fixture, { call, error: "NotActive", values: [payer.address] });
      });
    });

    describe("given the account is active", () => {
      it("deactivates at once and keeps the signer", async () => {
        const { corridor, guardian, payer } = await load();
        await expect(corridor.connect(guardian).deactivate(payer))
          .to.emit(corridor, "ParticipantDeactivated")
          .withArgs(payer.address);
        const state = [...(await corridor.participantOf(payer))];
        expect(state).to.deep.equal([payerKey, true, false]);
      });
    });
  });

  describe("reactivate", () => {
    describe("when the caller is the guardian", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { fixture, corridor, guardian, payer } = await load();
        await corridor.connect(guardian).deactivate(payer);
        const call = corridor.connect(guardian).reactivate(payer);
        const values = [guardian.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("given the account was never admitted", () => {
      it("reverts with NotAdmitted", async () => {
        const { address } = (await load()).stranger;
        const refusal = { error: "NotAdmitted", values: [address] };
        await expectGovernedRefusal({ name: "reactivate", account: address, ...refusal });
      });
    });

    describe("given the account is active", () => {
      it("reverts with AlreadyActive", async () => {
        const { address } = (await load()).payer;
        const refusal = { error: "AlreadyActive", values: [address] };
        await expectGovernedRefusal({ name: "reactivate", account: address, ...refusal });
      });
    });

    describe("given the account is deactivated", () => {
      it("activates it after the delay", async () => {
        const { fixture, corridor, guardian, payer } = await load();
        await corridor.connect(guardian).deactivate(payer);
        await expect(govern(fixture, { name: "reactivate", values: [payer.address] }))
          .to.emit(corridor, "ParticipantReactivated")
          .withArgs(payer.address);
        expect((await corridor.participantOf(payer)).active).to.equal(true);
      });
    });
  });
});

coversTree(suite, "participants.tree");
