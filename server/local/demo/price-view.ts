import { costAgainstMid } from "../cost-against-mid.ts";
import type { ShownAmount, ShownPrice } from "../wallet-app.ts";

/** A price as the phone shows it. */
export interface PriceView {
  readonly id: string;
  readonly fixedSide: "send" | "receive";
  readonly sendAmount: ShownAmount;
  readonly receiveAmount: ShownAmount;
  readonly rate: string;
  readonly midRate: ShownPrice["midRate"];
  /** What the sending wallet takes on top, in the send currency. */
  readonly fee: ShownAmount;
  readonly totalDebit: ShownAmount;
  readonly maskedName: string;
  /** Everything that it costs against the mid rate: fee, margin and rounding. */
  readonly cost: ShownAmount & { readonly percent: string };
  /** How long it was made for, and how much of that is left. */
  readonly lifeMs: number;
  readonly leftMs: number;
}

/** What a phone shows of a wallet's price. */
export function viewPrice(price: ShownPrice, now = Date.now()): PriceView {
  const { id, fixedSide, sendAmount, receiveAmount, rate, midRate, totalDebit } = price;
  const { currency } = sendAmount;
  const [fee] = price.fees;
  return {
    id,
    fixedSide,
    sendAmount,
    receiveAmount,
    rate,
    midRate,
    fee: fee?.amount ?? { value: "0.00", currency },
    totalDebit,
    maskedName: price.recipient.maskedName,
    cost: { ...costAgainstMid(price), currency },
    lifeMs: Date.parse(price.expiresAt) - Date.parse(price.createdAt),
    leftMs: Math.max(0, Date.parse(price.expiresAt) - now),
  };
}
