import { currencyOf } from "../../protocol/currency.ts";

/** Minor units as people read them: "-1,005.00", with the currency's decimals. */
export function formatMoney(minor: bigint, currency: string): string {
  const { scale } = currencyOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const decimals = scale === 0 ? "" : `.${digits.slice(-scale)}`;
  return `${minor < 0n ? "-" : ""}${whole}${decimals}`;
}
