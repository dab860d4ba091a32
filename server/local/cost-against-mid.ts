import { Decimal } from "decimal.js";
import { currencyOf } from "../../protocol/currency.ts";

interface Amount {
  readonly value: string;
  readonly currency: string;
}

/** A price as far as its cost goes: what is debited and sent, what arrives, and the market's mid rate. */
export interface CostedPrice {
  readonly totalDebit: Amount;
  readonly sendAmount: Amount;
  readonly receiveAmount: Amount;
  readonly midRate: { readonly value: string };
}

/**
 * What the sender's total is worth more at the mid rate than what the recipient gets: fee, margin and rounding together,
 * in major units of the send currency with its own decimals, and in per cent of the amount sent.
 */
export function costAgainstMid(price: CostedPrice): { value: string; percent: string } {
  const { totalDebit, sendAmount, receiveAmount, midRate } = price;
  const total = new Decimal(totalDebit.value);
  const cost = total.minus(new Decimal(receiveAmount.value).div(midRate.value));
  return {
    value: cost.toFixed(currencyOf(sendAmount.currency).scale),
    percent: cost.div(sendAmount.value).times(100).toFixed(2),
  };
}
