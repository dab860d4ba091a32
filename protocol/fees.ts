import { z } from "zod";
import type { CurrencyCode } from "./currency.ts";
import { ProtocolError } from "./errors.ts";
import { type MinorUnits, type Money, minorUnits } from "./money.ts";

const minorText = z.string().regex(/^(0|[1-9][0-9]{0,17})$/, "minor units as a decimal string");

/**
 * One named fee: a flat sum plus a share of the sum sent, held between a least and a most sum.
 * All sums are minor units of the send currency, as decimal strings; `bps` are basis points.
 */
export const feeRuleSchema = z
  .strictObject({
    type: z.string().regex(/^[a-z]+(-[a-z]+)*$/, "a lower-case name such as transfer-fee"),
    flatMinor: minorText.default("0"),
    bps: z.number().int().min(0).max(10_000).default(0),
    minimumMinor: minorText.optional(),
    maximumMinor: minorText.optional(),
  })
  .refine(
    ({ minimumMinor = "0", maximumMinor }) =>
      maximumMinor === undefined || BigInt(minimumMinor) <= BigInt(maximumMinor),
    "a fee's minimum must not exceed its maximum",
  );

/** The fees of a corridor; an empty schedule means that the transfer is free. */
export const feeScheduleSchema = z
  .array(feeRuleSchema)
  .max(8)
  .refine(
    (rules) => new Set(rules.map((rule) => rule.type)).size === rules.length,
    "each fee has its own name",
  );

export type FeeRule = z.output<typeof feeRuleSchema>;
export type FeeSchedule = readonly FeeRule[];

/** One fee of one transfer, by its name; charged on top of the sum sent, in the send currency. */
export interface NamedFee extends Money {
  readonly type: string;
}

const BASIS_POINTS = 10_000n;

/**
 * Every fee of a transfer, each under its name, zero ones included (a waived fee is shown as zero).
 * The sending wallet debits them on top of `send` and keeps them: they never touch the chain.
 * The share is rounded once, half up, to the minor unit; the flat sum is added; then the bounds.
 *
 * @throws ProtocolError `amount-range` if a fee leaves the bounds of money.
 */
export function feesFor(transfer: {
  readonly schedule: FeeSchedule;
  readonly send: MinorUnits;
  readonly currency: CurrencyCode;
}): NamedFee[] {
  const { schedule, send, currency } = transfer;
  return schedule.map((rule) => ({ type: rule.type, minor: feeOf(rule, send), currency }));
}

/**
 * The sum of a transfer's fees.
 * @throws ProtocolError `fee` if the fees are in different currencies.
 */
export function totalFees(fees: readonly NamedFee[]): MinorUnits {
  const currencies = new Set(fees.map((fee) => fee.currency));
  if (currencies.size > 1) {
    throw new ProtocolError("fee", "The fees of one transfer must be in one currency");
  }
  return minorUnits(fees.reduce((sum, fee) => sum + fee.minor, 0n));
}

function feeOf(rule: FeeRule, send: MinorUnits): MinorUnits {
  const share = (send * BigInt(rule.bps) + BASIS_POINTS / 2n) / BASIS_POINTS;
  const fee = BigInt(rule.flatMinor) + share;
  const minimum = BigInt(rule.minimumMinor ?? "0");
  const maximum = rule.maximumMinor === undefined ? fee : BigInt(rule.maximumMinor);
  if (fee < minimum) return minorUnits(minimum);
  return minorUnits(fee > maximum ? maximum : fee);
}
