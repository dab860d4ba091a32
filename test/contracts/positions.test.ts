import { expect } from "chai";
import {
  type CorridorFixture,
  connectChain,
  corridorFixture,
  START_POSITION,
} from "./corridor-fixture.ts";
import { coversTree } from "./covers-tree.ts";
import { announce, govern, made } from "./governance.ts";
import {
  expectGuarded,
  hostilePosition,
  MODES,
  unregisteredHostileToken,
} from "./hostile-token.ts";
import { expectRefusal } from "./refusal.ts";

const chain = await connectChain();
const load = async () => await chain.networkHelpers.loadFixture(corridorFixture);

async function expectRegistrationRefused(
  fixture: CorridorFixture,
  refused: { token: string; error: string },
): Promise<void> {
  const call = { name: "registerToken", values: [refused.token] };
  await announce(fixture, call);
  const { error, token } = refused;
  await expectRefusal(fixture, { call: made(fixture, call), error, values: [token] });
}

const suite = describe("positions", () => {
  describe("registerToken", () => {
    describe("when the caller is not the governor", () => {
      it("reverts with AccessManagedUnauthorized", async () => {
        const fixture = await load();
        const { guardian } = fixture.accounts;
        const call = fixture.corridor.connect(guardian).registerToken(fixture.hkd);
        const values = [guardian.address];
        await expectRefusal(fixture, { call, error: "AccessManagedUnauthorized", values });
      });
    });

    describe("when the address has no code", () => {
      it("reverts with TokenWithoutCode", async () => {
        const fixture = await load();
        const token = fixture.accounts.stranger.address;
        await expectRegistrationRefused(fixture, { token, error: "TokenWithoutCode" });
      });
    });

    describe("given the token is registered", () => {
      it("reverts with TokenAlreadyRegistered", async () => {
        const fixture = await load();
        const token = await fixture.hkd.getAddress();
        await expectRegistrationRefused(fixture, { token, error: "TokenAlreadyRegistered" });
      });
    });

    for (const { verb, refusals } of [
      { verb: "receive", refusals: [false, true] },
      { verb: "send", refusals: [true, false] },
    ] as const) {
      describe(`when the token does not let the corridor ${verb}`, () => {
        it("reverts with TokenRefusesCorridor", async () => {
          const fixture = await load();
          const hostile = await unregisteredHostileToken(fixture);
          await hostile.setRefusals(...refusals);
          const token = await hostile.getAddress();
          await expectRegistrationRefused(fixture, { token, error: "TokenRefusesCorridor" });
        });
      });
    }

    describe("when the contract does not know the questions", () => {
      it("reverts", async () => {
        const fixture = await load();
        const call = { name: "registerToken", values: [await fixture.manager.getAddress()] };
        await announce(fixture, call);
        await expect(made(fixture, call)).to.be.revertedWithoutReason(chain.ethers);
      });
    });

    describe("when the token lets the corridor send and receive", () => {
      it("registers it", async () => {
        const fixture = await load();
        const token = await (await unregisteredHostileToken(fixture)).getAddress();
        expect(await fixture.corridor.isRegistered(token)).to.equal(false);
        await expect(govern(fixture, { name: "registerToken", values: [token] }))
          .to.emit(fixture.corridor, "TokenRegistered")
          .withArgs(token);
        expect(await fixture.corridor.isRegistered(token)).to.equal(true);
      });
    });
  });

  describe("deposit", () => {
    describe("when the token is not registered", () => {
      it("reverts with TokenNotRegistered", async () => {
        const fixture = await load();
        const token = await (await unregisteredHostileToken(fixture)).getAddress();
        const call = fixture.corridor.connect(fixture.accounts.payer).deposit(token, 1);
        await expectRefusal(fixture, { call, error: "TokenNotRegistered", values: [token] });
      });
    });

    describe("given the caller was never admitted", () => {
      it("reverts with NotAdmitted", async () => {
        const fixture = await load();
        const { stranger } = fixture.accounts;
        const call = fixture.corridor.connect(stranger).deposit(fixture.hkd, 1);
        await expectRefusal(fixture, { call, error: "NotAdmitted", values: [stranger.address] });
      });
    });

    describe("when the amount is zero", () => {
      it("reverts with AmountZero", async () => {
        const fixture = await load();
        const call = fixture.corridor.connect(fixture.accounts.payer).deposit(fixture.hkd, 0);
        await expectRefusal(fixture, { call, error: "AmountZero", values: [] });
      });
    });

    describe("when the allowance is short", () => {
      it("reverts with ERC20InsufficientAllowance", async () => {
        const { corridor, accounts, hkd } = await load();
        await hkd.connect(accounts.payer).approve(corridor, 4);
        await expect(corridor.connect(accounts.payer).deposit(hkd, 5))
          .to.be.revertedWithCustomError(hkd, "ERC20InsufficientAllowance")
          .withArgs(await corridor.getAddress(), 4, 5);
      });
    });

    for (const { what, mode, error, values } of [
      {
        what: "takes a fee",
        mode: MODES.takesFee,
        error: "TokenMovedOtherAmount",
        values: [100, 99],
      },
      {
        what: "returns false",
        mode: MODES.returnsFalse,
        error: "SafeERC20FailedOperation",
        values: [],
      },
      {
        what: "moves nothing and returns true",
        mode: MODES.movesNothing,
        error: "TokenMovedOtherAmount",
        values: [100, 0],
      },
    ]) {
      describe(`when the token ${what}`, () => {
        it(`reverts with ${error}`, async () => {
          const fixture = await load();
          const { payer, address } = await hostilePosition(fixture, mode);
          const call = payer.deposit(address, 100);
          await expectRefusal(fixture, { call, error, values: [address, ...values] });
        });
      });
    }

    describe("when the token calls back", () => {
      it("refuses the inner call with ReentrancyGuardReentrantCall", async () => {
        await expectGuarded(await load(), "deposit");
      });
    });

    describe("given the caller is deactivated", () => {
      it("deposits", async () => {
        const { corridor, accounts, hkd } = await load();
        await corridor.connect(accounts.payer).withdraw(hkd, 700);
        await corridor.connect(accounts.guardian).deactivate(accounts.payer);
        await hkd.connect(accounts.payer).approve(corridor, 700);
        await corridor.connect(accounts.payer).deposit(hkd, 700);
        expect(await corridor.positionOf(hkd, accounts.payer)).to.equal(START_POSITION);
      });
    });

    describe("when everything is in order", () => {
      it("turns tokens into a position", async () => {
        const { corridor, accounts, hkd } = await load();
        const { payer } = accounts;
        await corridor.connect(payer).withdraw(hkd, 700);
        await hkd.connect(payer).approve(corridor, 700);
        await expect(corridor.connect(payer).deposit(hkd, 600))
          .to.emit(corridor, "Deposited")
          .withArgs(await hkd.getAddress(), payer.address, 600);
        expect(await corridor.positionOf(hkd, payer)).to.equal(START_POSITION - 100n);
        expect(await hkd.balanceOf(payer)).to.equal(100n);
      });
    });
  });
});

coversTree(suite, "positions.tree");
