import type { Brand } from "./brand.ts";
import { currencies, historicCurrencies } from "./data/currencies.ts";
import { ProtocolError } from "./errors.ts";

/** An ISO 4217 alphabetic code that is in use and has a minor unit, such as "HKD". */
export type CurrencyCode = Brand<string, "CurrencyCode">;

/** One currency of ISO 4217 list one. */
export interface Currency {
  readonly code: CurrencyCode;
  /** Three digits, kept as text: "036" is Australia's. */
  readonly numeric: string;
  readonly name: string;
  /** Decimals of the minor unit: HKD 2, JPY 0, KWD 3. */
  readonly scale: number;
}

const byCode: ReadonlyMap<string, (typeof currencies)[number]> = new Map(
  currencies.map((currency) => [currency.code, currency]),
);
const historicByCode: ReadonlyMap<string, (typeof historicCurrencies)[number]> = new Map(
  historicCurrencies.map((currency) => [currency.code, currency]),
);

/**
 * The currency of a code, as ISO 4217 list one of 2024-06-25 states it.
 *
 * @throws ProtocolError `currency` for a code that is unknown, not upper case, historic (the message
 * says since when), or without a minor unit (gold, test codes: nothing could be counted in them).
 */
export function currencyOf(code: string): Currency {
  const found = byCode.get(code);
  if (found === undefined) throw unusable(code);
  if (found.scale === null) {
    throw new ProtocolError("currency", `${code} (${found.name}) has no minor unit in ISO 4217`, {
      remedy: "use a currency that money is paid in, such as HKD",
    });
  }
  const { numeric, name, scale } = found;
  return { code: found.code as CurrencyCode, numeric, name, scale };
}

/** Every code that `currencyOf` accepts, in alphabetical order. */
export function currencyCodes(): CurrencyCode[] {
  return currencies
    .filter((currency) => currency.scale !== null)
    .map((currency) => currency.code as CurrencyCode);
}

function unusable(code: string): ProtocolError {
  const historic = historicByCode.get(code);
  if (historic !== undefined) {
    return new ProtocolError(
      "currency",
      `${code} (${historic.name}) is historic: withdrawn ${historic.withdrawn}`,
      { remedy: "use the currency that replaced it" },
    );
  }
  // The code itself is not quoted: it is unchecked input of any length.
  if (byCode.has(code.toUpperCase())) {
    return new ProtocolError("currency", "Currency codes are upper case", {
      remedy: `write ${code.toUpperCase()}`,
    });
  }
  return new ProtocolError("currency", "Not an ISO 4217 currency code", {
    remedy: "use a three-letter code of ISO 4217 list one, such as HKD",
  });
}
