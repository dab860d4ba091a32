import { expect } from "chai";
import type { Chain, CorridorFixture } from "./corridor-fixture.ts";
import { govern } from "./governance.ts";

/** The ways a hostile token can misbehave, in the contract's order. */
export const MODES = {
  honest: 0,
  takesFee: 1,
  returnsFalse: 2,
  movesNothing: 3,
  paysOutDouble: 4,
  callsBack: 5,
  looksBack: 6,
};

/** A token that is not registered; it behaves until told otherwise. */
export async function unregisteredHostileToken({ chain }: { chain: Chain }) {
  return await chain.ethers.deployContract("HostileToken");
}

/** A registered hostile token of which the payer has deposited 500 of 1,000 before it went into this mode. */
export async function hostilePosition(fixture: CorridorFixture, mode: number) {
  const { accounts, corridor } = fixture;
  const token = await unregisteredHostileToken(fixture);
  const address = await token.getAddress();
  await govern(fixture, { name: "registerToken", values: [address] });
  await token.mint(accounts.payer, 1_000);
  await token.connect(accounts.payer).approve(corridor, 1_000);
  const payer = corridor.connect(accounts.payer);
  await payer.deposit(token, 500);
  await token.setMode(mode);
  return { token, payer, address };
}

/** Lets a token call the corridor from inside the transfer of 100, and reads what it was told. */
export async function expectGuarded(
  fixture: CorridorFixture,
  action: "deposit" | "withdraw",
): Promise<void> {
  const { corridor, accounts } = fixture;
  const { token, payer, address } = await hostilePosition(fixture, MODES.callsBack);
  const inner = corridor.interface.encodeFunctionData("withdraw", [address, 1]);
  await token.setCallback(corridor, inner);
  await payer[action](token, 100);
  const guard = corridor.interface.getError("ReentrancyGuardReentrantCall")?.selector;
  expect(await token.answer()).to.equal(guard);
  const expected = action === "deposit" ? 600n : 400n;
  expect(await corridor.positionOf(token, accounts.payer)).to.equal(expected);
}
