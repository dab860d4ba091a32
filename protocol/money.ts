import type { Brand } from "./brand.ts";
import { type CurrencyCode, currencyOf } from "./currency.ts";
import { ProtocolError } from "./errors.ts";

/** A whole number of a currency's minor units, 0 <= n < 2^96 (what the contracts can hold). */
export type MinorUnits = Brand<bigint, "MinorUnits">;

/** A sum in one currency. Sums of two currencies are never added. */
export interface Money {
  readonly minor: MinorUnits;
  readonly currency: CurrencyCode;
}

const MINOR_LIMIT = 1n << 96n;
const MAX_INTEGER_DIGITS = 15;
const DECIMAL_NUMBER = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Marks a checked bigint as minor units.
 * @throws ProtocolError `amount-range` outside 0 <= n < 2^96.
 */
export function minorUnits(n: bigint): MinorUnits {
  if (n < 0n || n >= MINOR_LIMIT) {
    throw new ProtocolError("amount-range", "A sum must lie in 0 <= n < 2^96 minor units");
  }
  return n as MinorUnits;
}

/**
 * Reads an amount as a message states it: a decimal string in major units with exactly the
 * currency's decimals ("1000.00" HKD, "1000" JPY), positive, at most 15 digits before the point.
 * Never repairs: other scripts' digits, exponents, signs, spaces and leading zeros are refused.
 *
 * @throws ProtocolError `amount-not-string`, `amount-format`, `amount-range` (zero, negative or too
 * many digits), `amount-scale` (another number of decimals than the currency's) or `currency`.
 */
export function parseAmount(value: unknown, currency: string): MinorUnits {
  const { code, scale } = currencyOf(currency);
  const remedy = `write it like "${example(scale)}" for ${code}`;
  if (typeof value !== "string") {
    throw new ProtocolError("amount-not-string", "An amount must be a JSON string", { remedy });
  }
  const parts = DECIMAL_NUMBER.exec(value);
  if (parts === null) {
    throw new ProtocolError("amount-format", "Not a plain decimal number", { remedy });
  }
  const [, sign, whole = "", decimals = ""] = parts;
  if (sign === "-" || whole.length > MAX_INTEGER_DIGITS || /^0*$/.test(whole + decimals)) {
    throw new ProtocolError(
      "amount-range",
      `An amount must be positive and have at most ${MAX_INTEGER_DIGITS} digits before the point`,
      { remedy },
    );
  }
  if (decimals.length !== scale) {
    throw new ProtocolError("amount-scale", `${code} has ${scale} decimals`, { remedy });
  }
  return minorUnits(BigInt(whole + decimals));
}

/**
 * Writes a sum as messages state it, always with exactly the currency's decimals: "1000.00" HKD.
 * The inverse of `parseAmount` for every sum that has at most 15 digits before the point.
 * @throws ProtocolError `currency`.
 */
export function formatAmount(minor: MinorUnits, currency: string): string {
  const { scale } = currencyOf(currency);
  if (scale === 0) return minor.toString();
  const digits = minor.toString().padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function example(scale: number): string {
  return scale === 0 ? "1000" : `1000.${"0".repeat(scale)}`;
}

/** Reads an amount that may be negative, as statements state it: "-12.00". */
export function parseSignedAmount(value: string, currency: string): bigint {
  return value.startsWith("-")
    ? -parseAmount(value.slice(1), currency)
    : parseAmount(value, currency);
}

/** Writes an amount that may be negative, as statements state it. */
export function formatSignedAmount(minor: bigint, currency: string): string {
  const size = formatAmount(minorUnits(minor < 0n ? -minor : minor), currency);
  return minor < 0n ? `-${size}` : size;
}
