import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";

const chain = await connectChain();
const BALANCE = 1_000n;
const MOST = (1n << 248n) - 1n;

/** The payer holds 1,000 of the HKD deposit outside the corridor; `deposit` speaks for compliance. */
async function load() {
  const fixture = await chain.networkHelpers.loadFixture(corridorFixture);
  const { hkd, corridor, accounts } = fixture;
  await corridor.connect(accounts.payer).withdraw(hkd, BALANCE);
  return { deposit: hkd.connect(accounts.compliance), corridor, ...accounts };
}

const suite = describe("compliance", () => {
  describe("when the caller has not the compliance role", () => {
    it("reverts with AccessManagedUnauthorized, whatever it asks for", async () => {
      const { deposit, issuer, governor, guardian, payer, bank } = await load();
      for (const caller of [issuer, governor, guardian, payer]) {
        const asCaller = deposit.connect(caller);
        const calls = [
          () => asCaller.openAccount(payer),
          () => asCaller.closeAccount(payer),
          () => asCaller.setFrozenTokens(payer, 0),
          () => asCaller.forcedTransfer(payer, bank, 1),
        ];
        for (const call of calls) {
          await expect(call())
            .to.be.revertedWithCustomError(deposit, "AccessManagedUnauthorized")
            .withArgs(caller.address);
        }
      }
    });
  });

  describe("openAccount", () => {
    describe("when the account is zero", () => {
      it("reverts with AccountZero", async () => {
        const { deposit } = await load();
        const call = deposit.openAccount(ZeroAddress);
        await expect(call).to.be.revertedWithCustomError(deposit, "AccountZero").withArgs();
      });
    });

    describe("when the account is new", () => {
      it("lets it send and receive", async () => {
        const { deposit, stranger } = await load();
        expect(await deposit.canReceive(stranger)).to.equal(false);
        expect(await deposit.canSend(stranger)).to.equal(false);
        await expect(deposit.openAccount(stranger))
          .to.emit(deposit, "AccountOpened")
          .withArgs(stranger.address);
        expect(await deposit.canReceive(stranger)).to.equal(true);
        expect(await deposit.canSend(stranger)).to.equal(true);
      });
    });
  });

  describe("closeAccount", () => {
    describe("when the account is the corridor", () => {
      it("reverts with CorridorProtected", async () => {
        const { deposit, corridor } = await load();
        await expect(deposit.closeAccount(corridor))
          .to.be.revertedWithCustomError(deposit, "CorridorProtected")
          .withArgs(await corridor.getAddress());
      });
    });

    describe("when the account is open", () => {
      it("stops it from sending and receiving", async () => {
        const { deposit, payer } = await load();
        await expect(deposit.closeAccount(payer))
          .to.emit(deposit, "AccountClosed")
          .withArgs(payer.address);
        expect(await deposit.canReceive(payer)).to.equal(false);
        expect(await deposit.canSend(payer)).to.equal(false);
      });
    });
  });

  describe("setFrozenTokens", () => {
    describe("when the account is the corridor", () => {
      it("reverts with CorridorProtected", async () => {
        const { deposit, corridor } = await load();
        await expect(deposit.setFrozenTokens(corridor, 1))
          .to.be.revertedWithCustomError(deposit, "CorridorProtected")
          .withArgs(await corridor.getAddress());
      });
    });

    describe("when the amount exceeds 2**248 - 1", () => {
      it("stores 2**248 - 1", async () => {
        const { deposit, payer } = await load();
        await expect(deposit.setFrozenTokens(payer, MaxUint256))
          .to.emit(deposit, "Frozen")
          .withArgs(payer.address, MOST);
        expect(await deposit.getFrozenTokens(payer)).to.equal(MOST);
        // Freezing says nothing about whether the account is open.
        expect(await deposit.canReceive(payer)).to.equal(true);
      });
    });

    describe("when the amount exceeds the balance", () => {
      it("stops the account from sending until its balance covers it", async () => {
        const { deposit, corridor, payer } = await load();
        await deposit.setFrozenTokens(payer, BALANCE + 1n);
        expect(await deposit.canSend(payer)).to.equal(false);
        await corridor.connect(payer).withdraw(deposit, 1);
        expect(await deposit.canSend(payer)).to.equal(true);
      });
    });

    describe("when the amount is lowered again", () => {
      it("replaces what was frozen", async () => {
        const { deposit, payer } = await load();
        await deposit.setFrozenTokens(payer, MaxUint256);
        await deposit.setFrozenTokens(payer, 7);
        expect(await deposit.getFrozenTokens(payer)).to.equal(7n);
        await deposit.setFrozenTokens(payer, 0);
        expect(await deposit.canSend(payer)).to.equal(true);
      });
    });
  });

  describe("forcedTransfer", () => {
    describe("when it is from the corridor", () => {
      it("reverts with CorridorProtected", async () => {
        const { deposit, corridor, bank } = await load();
        await expect(deposit.forcedTransfer(corridor, bank, 1))
          .to.be.revertedWithCustomError(deposit, "CorridorProtected")
          .withArgs(await corridor.getAddress());
      });
    });

    describe("when it is to the corridor", () => {
      it("reverts with CorridorProtected", async () => {
        const { deposit, corridor, payer } = await load();
        await expect(deposit.forcedTransfer(payer, corridor, 1))
          .to.be.revertedWithCustomError(deposit, "CorridorProtected")
          .withArgs(await corridor.getAddress());
      });
    });

    describe("when it is from zero", () => {
      it("reverts with AccountZero and issues nothing", async () => {
        const { deposit, bank } = await load();
        const call = deposit.forcedTransfer(ZeroAddress, bank, 1);
        await expect(call).to.be.revertedWithCustomError(deposit, "AccountZero").withArgs();
      });
    });

    describe("when it is to zero", () => {
      it("reverts with ERC7943CannotReceive and burns nothing", async () => {
        const { deposit, payer } = await load();
        await expect(deposit.forcedTransfer(payer, ZeroAddress, 1))
          .to.be.revertedWithCustomError(deposit, "ERC7943CannotReceive")
          .withArgs(ZeroAddress);
      });
    });

    describe("given the receiver's account is not open", () => {
      it("reverts with ERC7943CannotReceive", async () => {
        const { deposit, payer, stranger } = await load();
        await expect(deposit.forcedTransfer(payer, stranger, 1))
          .to.be.revertedWithCustomError(deposit, "ERC7943CannotReceive")
          .withArgs(stranger.address);
      });
    });

    describe("when the balance is short", () => {
      it("reverts with ERC20InsufficientBalance", async () => {
        const { deposit, payer, bank } = await load();
        await expect(deposit.forcedTransfer(payer, bank, BALANCE + 1n))
          .to.be.revertedWithCustomError(deposit, "ERC20InsufficientBalance")
          .withArgs(payer.address, BALANCE, BALANCE + 1n);
      });
    });

    describe("when it takes from the frozen part", () => {
      it("unfreezes just what it takes", async () => {
        const { deposit, payer, bank } = await load();
        await deposit.setFrozenTokens(payer, 800);
        const sent = deposit.forcedTransfer(payer, bank, 500);
        await expect(sent).to.emit(deposit, "Frozen").withArgs(payer.address, 500);
        await expect(sent)
          .to.emit(deposit, "ForcedTransfer")
          .withArgs(payer.address, bank.address, 500);
        expect(await deposit.balanceOf(payer)).to.equal(500n);
        expect(await deposit.balanceOf(bank)).to.equal(500n);
      });
    });

    describe("when it takes only what is not frozen", () => {
      it("leaves the freeze as it is", async () => {
        const { deposit, payer, bank } = await load();
        await deposit.setFrozenTokens(payer, 800);
        await deposit.forcedTransfer(payer, bank, 200);
        expect(await deposit.getFrozenTokens(payer)).to.equal(800n);
      });
    });

    describe("given the account is closed", () => {
      it("moves the balance", async () => {
        const { deposit, payer, bank } = await load();
        await deposit.closeAccount(payer);
        await deposit.forcedTransfer(payer, bank, BALANCE);
        expect(await deposit.balanceOf(bank)).to.equal(BALANCE);
      });
    });
  });
});

coversTree(suite, "compliance.tree");
