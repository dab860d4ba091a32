import { type MinorUnits, minorUnits } from "./money.ts";

const HALF = 128n;
const MASK = (1n << HALF) - 1n;

/** Send and receive amounts in one 256-bit word, as the contract's `Amounts` type packs them. */
export function packAmounts(amounts: { send: MinorUnits; receive: MinorUnits }): bigint {
  return (amounts.send << HALF) | amounts.receive;
}

/** The two amounts of a packed word; throws when a half is not below 2^96. */
export function unpackAmounts(packed: bigint): { send: MinorUnits; receive: MinorUnits } {
  return { send: minorUnits(packed >> HALF), receive: minorUnits(packed & MASK) };
}
