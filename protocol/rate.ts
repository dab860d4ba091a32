import { Decimal } from "decimal.js";
import type { Brand } from "./brand.ts";
import { ProtocolError } from "./errors.ts";
import { type MinorUnits, minorUnits } from "./money.ts";

/**
 * Receive minor units per send minor unit, times 10^12, in a uint64: the number that a quote states
 * and the contract multiplies with. Integers only; a decimal exists where a rate is made or shown.
 */
export type Rate = Brand<bigint, "Rate">;

/** Decimals of the two currencies that a rate joins. */
export interface RateScales {
  readonly sendScale: number;
  readonly receiveScale: number;
}

export const RATE_UNIT = 10n ** 12n;

const RATE_LIMIT = 1n << 64n;
// ISO 20022 BaseOneRate (pacs.008.001.08): totalDigits 11, fractionDigits 10.
const BASE_ONE_DIGITS = 11;
const BASE_ONE_DECIMALS = 10;
const BASIS_POINTS = 10_000;
const CROSS_DECIMALS = 40;
const MAJOR_RATE = /^(0|[1-9][0-9]{0,30})(\.[0-9]{1,60})?$/;
const Exact = Decimal.clone({ precision: 120, toExpNeg: -200, toExpPos: 200 });

/**
 * Marks a number read from a quote as a rate.
 * @throws ProtocolError `rate` outside 0 < rate < 2^64.
 */
export function rateOf(value: bigint): Rate {
  if (value <= 0n || value >= RATE_LIMIT) {
    throw new ProtocolError("rate", "A rate must lie in 0 < rate < 2^64");
  }
  return value as Rate;
}

/**
 * The contract's rate of a rate between major units ("6.81135…" pesos per dollar).
 * Rounds it down to BaseOneRate first, so that a pacs.008 and the contract state the same rate.
 *
 * @throws ProtocolError `rate` if `major` is no plain positive decimal, or the result is not an
 * exact non-zero integer below 2^64 (too small, too large, or too fine between these scales).
 */
export function rateFromMajor(rate: { readonly major: string } & RateScales): Rate {
  const scaled = baseOneRate(rate.major).times(minorUnitsFactor(rate));
  if (!scaled.isInteger()) {
    throw new ProtocolError("rate", "The rate is too fine for these currencies' minor units");
  }
  return rateOf(BigInt(scaled.toFixed()));
}

/** The rate between major units, as shown and as a pacs.008 states it; inverse of `rateFromMajor`. */
export function majorRateOf(rate: Rate, scales: RateScales): string {
  return new Exact(rate.toString()).div(minorUnitsFactor(scales)).toFixed();
}

/**
 * A mid rate less the bank's margin, exact: mid x (10,000 - marginBps) / 10,000.
 * `marginBps` is a whole number of basis points, 0 <= marginBps < 10,000.
 * @throws ProtocolError `rate`.
 */
export function applyMargin(quoted: { readonly mid: string; readonly marginBps: number }): string {
  const { mid, marginBps } = quoted;
  if (!Number.isSafeInteger(marginBps) || marginBps < 0 || marginBps >= BASIS_POINTS) {
    throw new ProtocolError("rate", "A margin must be a whole number of basis points below 10,000");
  }
  return plainDecimal(mid)
    .times(BASIS_POINTS - marginBps)
    .div(BASIS_POINTS)
    .toFixed();
}

/**
 * The mid rate of a pair out of two rates against one base: units of each currency per one unit of
 * the base. Rounded down to 40 decimals, far finer than any rate that is quoted.
 * @throws ProtocolError `rate`.
 */
export function crossRate(perBase: { readonly send: string; readonly receive: string }): string {
  const send = plainDecimal(perBase.send);
  const receive = plainDecimal(perBase.receive);
  if (send.isZero()) throw new ProtocolError("rate", "A rate against the base must not be zero");
  return receive.div(send).toDecimalPlaces(CROSS_DECIMALS, Decimal.ROUND_DOWN).toFixed();
}

/**
 * Fixed-send: what is received for a sum sent, floor(send x rate / 10^12).
 * @throws ProtocolError `amount-range` if nothing is sent or nothing would be received.
 */
export function receiveFor(side: { readonly send: MinorUnits; readonly rate: Rate }): MinorUnits {
  return positive((side.send * side.rate) / RATE_UNIT);
}

/**
 * Fixed-receive: what must be sent for a sum to be received exactly, ceil(receive x 10^12 / rate).
 * @throws ProtocolError `amount-range` if nothing is received or the sum sent is out of bounds.
 */
export function sendFor(side: { readonly receive: MinorUnits; readonly rate: Rate }): MinorUnits {
  return positive((side.receive * RATE_UNIT + side.rate - 1n) / side.rate);
}

/**
 * Whether a pair of sums obeys a quoted rate as the contract demands: both non-zero, never more
 * received than quoted, never less than one rounding explains.
 */
export function obeysQuote(sums: {
  readonly send: MinorUnits;
  readonly receive: MinorUnits;
  readonly rate: Rate;
}): boolean {
  const { send, receive, rate } = sums;
  if (send === 0n || receive === 0n) return false;
  const residue = send * rate - receive * RATE_UNIT;
  return residue >= 0n && residue < (rate > RATE_UNIT ? rate : RATE_UNIT);
}

function positive(sum: bigint): MinorUnits {
  if (sum === 0n) {
    throw new ProtocolError("amount-range", "The sum is too small to be converted at this rate");
  }
  return minorUnits(sum);
}

function baseOneRate(major: string): Decimal {
  const exact = plainDecimal(major);
  const integerDigits = exact.lt(1) ? 0 : exact.trunc().toFixed().length;
  if (integerDigits > BASE_ONE_DIGITS) {
    throw new ProtocolError("rate", `A rate has at most ${BASE_ONE_DIGITS} digits`);
  }
  const decimals = Math.min(BASE_ONE_DECIMALS, BASE_ONE_DIGITS - integerDigits);
  return exact.toDecimalPlaces(decimals, Decimal.ROUND_DOWN);
}

function minorUnitsFactor(scales: RateScales): Decimal {
  return new Exact(10).pow(scales.receiveScale - scales.sendScale).times(RATE_UNIT.toString());
}

function plainDecimal(text: string): Decimal {
  if (!MAJOR_RATE.test(text)) {
    throw new ProtocolError("rate", "A rate must be a plain decimal number");
  }
  return new Exact(text);
}
