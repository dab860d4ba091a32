import { expect } from "chai";
import { id, MaxUint256, ZeroHash } from "ethers";
import { connectChain, corridorFixture } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";

const chain = await connectChain();
const ID = id("a booking");
const BALANCE = 1_000n;

/** The payer holds 1,000 of the HKD deposit outside the corridor. */
async function load() {
  const fixture = await chain.networkHelpers.loadFixture(corridorFixture);
  const { hkd, php, corridor, accounts } = fixture;
  const { issuer, compliance, payer, bank, stranger } = accounts;
  await corridor.connect(payer).withdraw(hkd, BALANCE);
  return { hkd, php, issuer, compliance, payer, bank, stranger, fixture };
}

const suite = describe("TokenisedDeposit", () => {
  describe("issue", () => {
    describe("when the caller is not the issuer", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { hkd, compliance, payer, fixture } = await load();
        for (const caller of [compliance, payer, fixture.accounts.governor]) {
          await expect(hkd.connect(caller).issue(payer, 1, ID))
            .to.be.revertedWithCustomError(hkd, "AccessManagedUnauthorized")
            .withArgs(caller.address);
        }
      });
    });

    describe("when the caller issues another token", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const { hkd, issuer, payer, stranger, fixture } = await load();
        // Both tokens of the fixture have one issuer, so the PHP role alone is given to somebody else.
        const { manager, accounts, deployment } = fixture;
        const role = await manager.getTargetFunctionRole(
          deployment.tokens.PHP ?? "",
          hkd.interface.getFunction("issue").selector,
        );
        const values = [role, stranger.address, 0] as const;
        const data = manager.interface.encodeFunctionData("grantRole", [...values]);
        await manager.connect(accounts.governor).schedule(manager, data, 0);
        await chain.networkHelpers.time.increase(7_200);
        await manager.connect(accounts.governor).grantRole(...values);
        await fixture.php.connect(stranger).issue(payer, 1, ID);
        await expect(hkd.connect(stranger).issue(payer, 1, ID))
          .to.be.revertedWithCustomError(hkd, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
        expect(await hkd.connect(issuer).fundingIdUsed(ID)).to.equal(false);
      });
    });

    describe("when the amount is zero", () => {
      it("reverts with AmountZero", async () => {
        const { hkd, issuer, payer } = await load();
        const call = hkd.connect(issuer).issue(payer, 0, ID);
        await expect(call).to.be.revertedWithCustomError(hkd, "AmountZero").withArgs();
      });
    });

    describe("when the funding id is zero", () => {
      it("reverts with IdZero", async () => {
        const { hkd, issuer, payer } = await load();
        const call = hkd.connect(issuer).issue(payer, 1, ZeroHash);
        await expect(call).to.be.revertedWithCustomError(hkd, "IdZero").withArgs();
      });
    });

    describe("given the funding id was issued against", () => {
      it("reverts with FundingIdUsed", async () => {
        const { hkd, issuer, payer, bank } = await load();
        await hkd.connect(issuer).issue(payer, 1, ID);
        await expect(hkd.connect(issuer).issue(bank, 2, ID))
          .to.be.revertedWithCustomError(hkd, "FundingIdUsed")
          .withArgs(ID);
      });
    });

    describe("given the account is not open", () => {
      it("reverts with ERC7943CannotReceive", async () => {
        const { hkd, issuer, stranger } = await load();
        await expect(hkd.connect(issuer).issue(stranger, 1, ID))
          .to.be.revertedWithCustomError(hkd, "ERC7943CannotReceive")
          .withArgs(stranger.address);
      });
    });

    describe("when everything is in order", () => {
      it("issues and tells the funding id", async () => {
        const { hkd, issuer, payer } = await load();
        const supply = await hkd.totalSupply();
        await expect(hkd.connect(issuer).issue(payer, 5, ID))
          .to.emit(hkd, "Issued")
          .withArgs(payer.address, 5, ID);
        expect(await hkd.balanceOf(payer)).to.equal(BALANCE + 5n);
        expect(await hkd.totalSupply()).to.equal(supply + 5n);
        expect(await hkd.fundingIdUsed(ID)).to.equal(true);
      });
    });
  });

  describe("redeem", () => {
    describe("when the amount is zero", () => {
      it("reverts with AmountZero", async () => {
        const { hkd, payer } = await load();
        const call = hkd.connect(payer).redeem(0, ID);
        await expect(call).to.be.revertedWithCustomError(hkd, "AmountZero").withArgs();
      });
    });

    describe("when the redemption id is zero", () => {
      it("reverts with IdZero", async () => {
        const { hkd, payer } = await load();
        const call = hkd.connect(payer).redeem(1, ZeroHash);
        await expect(call).to.be.revertedWithCustomError(hkd, "IdZero").withArgs();
      });
    });

    describe("given the holder used the redemption id", () => {
      it("reverts with RedemptionIdUsed", async () => {
        const { hkd, payer } = await load();
        await hkd.connect(payer).redeem(1, ID);
        await expect(hkd.connect(payer).redeem(1, ID))
          .to.be.revertedWithCustomError(hkd, "RedemptionIdUsed")
          .withArgs(payer.address, ID);
      });
    });

    describe("given another holder used the redemption id", () => {
      it("redeems", async () => {
        const { hkd, payer, bank } = await load();
        await hkd.connect(payer).transfer(bank, 1);
        await hkd.connect(bank).redeem(1, ID);
        expect(await hkd.redemptionIdUsed(payer, ID)).to.equal(false);
        await hkd.connect(payer).redeem(2, ID);
        expect(await hkd.redemptionIdUsed(payer, ID)).to.equal(true);
        expect(await hkd.balanceOf(payer)).to.equal(BALANCE - 3n);
      });
    });

    describe("when the balance is short", () => {
      it("reverts with ERC20InsufficientBalance", async () => {
        const { hkd, payer } = await load();
        await expect(hkd.connect(payer).redeem(BALANCE + 1n, ID))
          .to.be.revertedWithCustomError(hkd, "ERC20InsufficientBalance")
          .withArgs(payer.address, BALANCE, BALANCE + 1n);
      });
    });

    describe("given the balance is frozen", () => {
      it("reverts with ERC7943InsufficientUnfrozenBalance", async () => {
        const { hkd, payer, compliance } = await load();
        await hkd.connect(compliance).setFrozenTokens(payer, MaxUint256);
        await expect(hkd.connect(payer).redeem(1, ID))
          .to.be.revertedWithCustomError(hkd, "ERC7943InsufficientUnfrozenBalance")
          .withArgs(payer.address, 1, 0);
      });
    });

    describe("when everything is in order", () => {
      it("burns and tells the redemption id", async () => {
        const { hkd, payer } = await load();
        const supply = await hkd.totalSupply();
        await expect(hkd.connect(payer).redeem(400, ID))
          .to.emit(hkd, "Redeemed")
          .withArgs(payer.address, 400, ID);
        expect(await hkd.balanceOf(payer)).to.equal(BALANCE - 400n);
        expect(await hkd.totalSupply()).to.equal(supply - 400n);
      });
    });
  });

  describe("transfer", () => {
    describe("given the sender's account is closed", () => {
      it("reverts with ERC7943CannotSend", async () => {
        const { hkd, payer, bank, compliance } = await load();
        await hkd.connect(compliance).closeAccount(payer);
        await expect(hkd.connect(payer).transfer(bank, 1))
          .to.be.revertedWithCustomError(hkd, "ERC7943CannotSend")
          .withArgs(payer.address);
      });
    });

    describe("given the receiver's account is not open", () => {
      it("reverts with ERC7943CannotReceive", async () => {
        const { hkd, payer, stranger } = await load();
        await expect(hkd.connect(payer).transfer(stranger, 1))
          .to.be.revertedWithCustomError(hkd, "ERC7943CannotReceive")
          .withArgs(stranger.address);
      });
    });

    describe("when it would touch what is frozen", () => {
      it("reverts with ERC7943InsufficientUnfrozenBalance", async () => {
        const { hkd, payer, bank, compliance } = await load();
        await hkd.connect(compliance).setFrozenTokens(payer, 400);
        await expect(hkd.connect(payer).transfer(bank, 601))
          .to.be.revertedWithCustomError(hkd, "ERC7943InsufficientUnfrozenBalance")
          .withArgs(payer.address, 601, 600);
      });
    });

    describe("when it leaves just what is frozen", () => {
      it("transfers", async () => {
        const { hkd, payer, bank, compliance } = await load();
        await hkd.connect(compliance).setFrozenTokens(payer, 400);
        await hkd.connect(payer).transfer(bank, 600);
        expect(await hkd.balanceOf(payer)).to.equal(400n);
        expect(await hkd.canSend(payer)).to.equal(true);
      });
    });

    describe("given the receiver is frozen", () => {
      it("transfers", async () => {
        const { hkd, payer, bank, compliance } = await load();
        await hkd.connect(compliance).setFrozenTokens(bank, MaxUint256);
        await hkd.connect(payer).transfer(bank, 1);
        expect(await hkd.balanceOf(bank)).to.equal(1n);
      });
    });
  });
});

coversTree(suite, "tokenised-deposit.tree");
