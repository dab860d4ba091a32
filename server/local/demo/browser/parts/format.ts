/** How the page writes money and sentences; the same on the server and in the browser. */

interface Amount {
  readonly value: string;
  readonly currency: string;
}

const SIGNS: Readonly<Record<string, string>> = { HKD: "HK$", PHP: "₱" };

const signOf = (currency: string) => SIGNS[currency] ?? `${currency} `;

/** Money as people write it: "HK$1,000.00". The digits are the service's own, none is computed. */
export function formatMoney({ value, currency }: Amount, language: string): string {
  const sign = signOf(currency);
  // A decimal string is formatted as it is, without becoming a floating-point number.
  const digits = new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(
    value as `${number}`,
  );
  return digits.startsWith("-") ? `-${sign}${digits.slice(1)}` : `${sign}${digits}`;
}

/** A rate as people read one, to four decimals: "₱7.3367". */
export function formatRate(rate: string, currency: string, language: string): string {
  const digits = { minimumFractionDigits: 4, maximumFractionDigits: 4 };
  const shown = new Intl.NumberFormat(language, digits).format(rate as `${number}`);
  return `${signOf(currency)}${shown}`;
}

/** A sentence with its values put in. */
export function putIn(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Milliseconds as seconds with two decimals. */
export const formatSeconds = (ms: number): string => (ms / 1_000).toFixed(2);
