import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { connectChain, corridorFixture, START_POSITION } from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import {
  expectGuarded,
  hostilePosition,
  MODES,
  unregisteredHostileToken,
} from "./hostile-token.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

const suite = describe("withdraw", () => {
  describe("when the token is not registered", () => {
    it("reverts with TokenNotRegistered", async () => {
      const fixture = await load();
      const token = await (await unregisteredHostileToken(fixture)).getAddress();
      const call = fixture.corridor.connect(fixture.accounts.payer).withdraw(token, 1);
      await expectRefusal(fixture, { call, error: "TokenNotRegistered", values: [token] });
    });
  });

  describe("when the amount is zero", () => {
    it("reverts with AmountZero", async () => {
      const fixture = await load();
      const call = fixture.corridor.connect(fixture.accounts.payer).withdraw(fixture.hkd, 0);
      await expectRefusal(fixture, { call, error: "AmountZero", values: [] });
    });
  });

  describe("when the amount is one unit more than the position", () => {
    it("reverts with InsufficientPosition", async () => {
      const fixture = await load();
      const { corridor, accounts, hkd } = fixture;
      const { payer } = accounts;
      const call = corridor.connect(payer).withdraw(hkd, START_POSITION + 1n);
      const values = [await hkd.getAddress(), payer.address, START_POSITION + 1n, START_POSITION];
      await expectRefusal(fixture, { call, error: "InsufficientPosition", values });
    });
  });

  for (const { what, mode, error, values } of [
    {
      what: "pays out more than asked",
      mode: MODES.paysOutDouble,
      error: "TokenMovedOtherAmount",
      values: [100, 200],
    },
    {
      what: "returns false",
      mode: MODES.returnsFalse,
      error: "SafeERC20FailedOperation",
      values: [],
    },
  ]) {
    describe(`when the token ${what}`, () => {
      it(`reverts with ${error}`, async () => {
        const fixture = await load();
        const { payer, address } = await hostilePosition(fixture, mode);
        const call = payer.withdraw(address, 100);
        await expectRefusal(fixture, { call, error, values: [address, ...values] });
      });
    });
  }

  describe("when the token calls back", () => {
    it("refuses the inner call with ReentrancyGuardReentrantCall", async () => {
      await expectGuarded(await load(), "withdraw");
    });
  });

  describe("given the corridor is paused and the caller deactivated", () => {
    it("withdraws", async () => {
      const { corridor, accounts, hkd } = await load();
      await corridor.connect(accounts.guardian).pause();
      await corridor.connect(accounts.guardian).deactivate(accounts.payer);
      await corridor.connect(accounts.payer).withdraw(hkd, START_POSITION);
      expect(await hkd.balanceOf(accounts.payer)).to.equal(START_POSITION);
    });
  });

  describe("given the caller is frozen at the bank", () => {
    it("withdraws, so that the balance can be seized", async () => {
      const { corridor, accounts, hkd } = await load();
      const { payer, bank, compliance } = accounts;
      await hkd.connect(compliance).setFrozenTokens(payer, MaxUint256);
      await corridor.connect(payer).withdraw(hkd, START_POSITION);
      await hkd.connect(compliance).forcedTransfer(payer, bank, START_POSITION);
      expect(await hkd.balanceOf(bank)).to.equal(START_POSITION);
    });
  });

  describe("when everything is in order", () => {
    it("turns the whole position into tokens of the caller", async () => {
      const { corridor, accounts, hkd } = await load();
      const { payer } = accounts;
      await expect(corridor.connect(payer).withdraw(hkd, START_POSITION))
        .to.emit(corridor, "Withdrawn")
        .withArgs(await hkd.getAddress(), payer.address, START_POSITION);
      expect(await corridor.positionOf(hkd, payer)).to.equal(0n);
      expect(await hkd.balanceOf(payer)).to.equal(START_POSITION);
    });
  });
});

coversTree(suite, "withdraw.tree");
