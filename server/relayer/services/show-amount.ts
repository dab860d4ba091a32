import { formatAmount, formatSignedAmount, minorUnits } from "../../../protocol/money.ts";
import type { WireAmount } from "../../../protocol/wire/primitives.ts";

/** A sum as messages state it. */
export const toAmount = (minor: bigint, currency: string): WireAmount => ({
  value: formatAmount(minorUnits(minor), currency),
  currency,
});

/** A sum that may be below nil. */
export const toSignedAmount = (minor: bigint, currency: string): WireAmount => ({
  value: formatSignedAmount(minor, currency),
  currency,
});
