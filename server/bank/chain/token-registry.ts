import { type CurrencyCode, currencyOf } from "../../../protocol/currency.ts";
import type { Address } from "../../../protocol/messages.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** The bank's deposit tokens: one per currency in which it keeps accounts. */
export interface TokenRegistry {
  readonly tokens: readonly { readonly currency: CurrencyCode; readonly address: Address }[];
  /** @throws ProblemError `currency` for one in which this bank issues no deposits. */
  tokenOf(currency: string): Address;
  /** The currency of a token, or undefined for another bank's. The address may be in any case. */
  currencyOf(token: string): CurrencyCode | undefined;
}

/** A registry of the deployment's tokens by ISO 4217 code. */
export function createTokenRegistry(addresses: Readonly<Record<string, Address>>): TokenRegistry {
  const tokens = Object.entries(addresses).map(([code, address]) => ({
    currency: currencyOf(code).code,
    address,
  }));
  const byCurrency = new Map<string, Address>(
    tokens.map(({ currency, address }) => [currency, address]),
  );
  const byAddress = new Map(
    tokens.map(({ currency, address }) => [address.toLowerCase(), currency]),
  );
  return {
    tokens,
    tokenOf(currency) {
      const token = byCurrency.get(currency);
      if (token !== undefined) return token;
      throw new ProblemError("currency", "this bank keeps no accounts in the currency", {
        pointer: "/amount/currency",
        remedy: `use one of ${[...byCurrency.keys()].join(", ")}`,
      });
    },
    currencyOf: (token) => byAddress.get(token.toLowerCase()),
  };
}
