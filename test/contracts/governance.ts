import type { BaseContract } from "ethers";
import type { CorridorFixture } from "./corridor-fixture.ts";
import { DELAYS } from "./corridor-fixture.ts";

/** One call of a governor's function: announced, waited for, made. */
export interface GovernedCall {
  name: string;
  values: readonly unknown[];
}

/** Announces a call to the corridor and moves the clock to the second in which it may be made. */
export async function announce(fixture: CorridorFixture, call: GovernedCall): Promise<void> {
  const { manager, corridor, accounts, chain } = fixture;
  const contract: BaseContract = corridor;
  const data = contract.interface.encodeFunctionData(call.name, [...call.values]);
  const target = await corridor.getAddress();
  await manager.connect(accounts.governor).schedule(target, data, 0);
  await chain.networkHelpers.time.increase(DELAYS.governor);
}

/** Announces and makes a call to the corridor as its governor. */
export async function govern(fixture: CorridorFixture, call: GovernedCall) {
  await announce(fixture, call);
  return await made(fixture, call);
}

/** Makes an announced call. */
export async function made(fixture: CorridorFixture, call: GovernedCall) {
  const contract: BaseContract = fixture.corridor.connect(fixture.accounts.governor);
  return await contract.getFunction(call.name).send(...call.values);
}
