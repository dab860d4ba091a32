import type { CorridorFixture } from "./corridor-fixture.ts";

/** The positions that a transfer from HKD to PHP can move, in minor units. */
export interface Positions {
  payerHkd: bigint;
  bankHkd: bigint;
  bankPhp: bigint;
  payeePhp: bigint;
}

/** Reads all four positions. */
export async function positionsOf(fixture: CorridorFixture): Promise<Positions> {
  const { corridor, accounts, hkd, php } = fixture;
  return {
    payerHkd: await corridor.positionOf(hkd, accounts.payer),
    bankHkd: await corridor.positionOf(hkd, accounts.bank),
    bankPhp: await corridor.positionOf(php, accounts.bank),
    payeePhp: await corridor.positionOf(php, accounts.payee),
  };
}

/** How each position has changed since. */
export async function movementsSince(
  fixture: CorridorFixture,
  before: Positions,
): Promise<Positions> {
  const after = await positionsOf(fixture);
  return {
    payerHkd: after.payerHkd - before.payerHkd,
    bankHkd: after.bankHkd - before.bankHkd,
    bankPhp: after.bankPhp - before.bankPhp,
    payeePhp: after.payeePhp - before.payeePhp,
  };
}
