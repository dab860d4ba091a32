import { crossRate } from "../../../protocol/rate.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** A mid-market rate: receive major units per send major unit, where it is from, and of which day. */
export interface MidRate {
  readonly value: string;
  readonly source: string;
  readonly date: string;
}

/** Where the FX desk takes mid rates from. */
export interface RateSource {
  /**
   * @throws ProblemError `currency` if the source never quotes one of the two, `stale-rate` if it has
   * no rate that is recent enough.
   */
  midRate(pair: { readonly send: string; readonly receive: string }): MidRate;
}

const BASE = "EUR";
const MS_PER_DAY = 86_400_000;

/**
 * The European Central Bank's euro reference rates (eurofxref-hist.csv: units per one euro, a row per
 * TARGET day, newest first, "N/A" where none was set). Takes the newest row on or before `asOf`, an ISO
 * date, unless it is more than `maxAgeDays` older; pairs without the euro cross through it.
 *
 * @throws if the text is not such a file.
 */
export function createEcbSeries(
  csv: string,
  terms: { readonly asOf: string; readonly maxAgeDays: number },
): RateSource {
  const [header = "", ...rows] = csv.split("\n").map((line) => line.trimEnd());
  // Each line ends in a comma, which would be a column without a name.
  const columns = header.replace(/,$/, "").split(",");
  if (columns[0] !== "Date") throw new Error("the ECB file does not begin with its Date column");
  const row = newestRow(rows, terms.asOf)?.split(",");
  const date = row?.[0];

  function perEuro(currency: string): string {
    if (currency === BASE) return "1";
    const column = columns.indexOf(currency);
    if (column < 1) {
      throw new ProblemError("currency", `the ECB publishes no rate for ${currency}`);
    }
    const rate = row?.[column] ?? "N/A";
    if (!/^[0-9]/.test(rate)) {
      throw new ProblemError("stale-rate", `the ECB set no rate for ${currency} on ${date}`);
    }
    return rate;
  }

  return {
    midRate({ send, receive }) {
      if (date === undefined || ageInDays(date, terms.asOf) > terms.maxAgeDays) {
        const newest = date === undefined ? "there are none" : `they are of ${date}`;
        throw new ProblemError(
          "stale-rate",
          `ECB rates of ${terms.asOf} or at most ${terms.maxAgeDays} days before are needed, ${newest}`,
        );
      }
      const value = crossRate({ send: perEuro(send), receive: perEuro(receive) });
      return { value, source: "ECB", date };
    },
  };
}

function newestRow(rows: readonly string[], asOf: string): string | undefined {
  let newest: string | undefined;
  for (const row of rows) {
    // ISO dates sort as text; the date is the row's first ten characters.
    const date = row.slice(0, 10);
    if (date === "" || date > asOf) continue;
    if (newest === undefined || date > newest.slice(0, 10)) newest = row;
  }
  return newest;
}

function ageInDays(date: string, asOf: string): number {
  return (Date.parse(asOf) - Date.parse(date)) / MS_PER_DAY;
}
