import { type CurrencyCode, currencyOf } from "../../protocol/currency.ts";

/** Whole major units as an amount of the currency. */
function amount(major: number, currency: string): string {
  const { scale } = currencyOf(currency);
  return scale === 0 ? `${major}` : `${major}.${"0".repeat(scale)}`;
}

/** What the local bank keeps on the rail in each currency: enough for millions of transfers. */
export function bankTargets(currencies: readonly CurrencyCode[]) {
  const targets = currencies.map((currency) => [
    currency,
    {
      capital: amount(100_000_000_000, currency),
      floor: amount(5_000_000_000, currency),
      target: amount(10_000_000_000, currency),
    },
  ]);
  return Object.fromEntries(targets);
}

/** A local wallet's levels: payers keep a position to send from, payees redeem what piles up. */
export function walletLevels(currency: CurrencyCode, role: { readonly sends: boolean }) {
  return role.sends
    ? {
        floor: amount(500_000_000, currency),
        target: amount(1_000_000_000, currency),
        ceiling: amount(2_000_000_000, currency),
      }
    : {
        floor: amount(0, currency),
        target: amount(100_000_000, currency),
        ceiling: amount(200_000_000, currency),
      };
}
