/**
 * Writes examples/remittances.csv: 1,000 synthetic rows, the same ones every time. Nobody in it is real; a number may
 * be by chance.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import { CHINESE_NAMES, FAMILY_NAMES, GIVEN_NAMES, MESSAGES } from "./example-names.ts";
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS, type RowContent } from "./pay-row.ts";

const ROWS = 1_000;
const PEOPLE = 640;
const SEED = "corridor example remittances";
const FILE = new URL("../../examples/remittances.csv", import.meta.url);
/** Prefixes of Philippine mobile numbers, after the country's. */
const MOBILE_PREFIXES = ["905", "915", "917", "918", "920", "927", "939", "949", "956", "998"];
const PURPOSES = ["", "", "MP2P", "ALLW", "ALLW", "EDUC", "GIFT", "SAVG"];

/** A fixed stream of numbers, 0 <= n < bound. */
function createStream(seed: string): (bound: number) => number {
  let position = 0;
  return (bound) => {
    const digest = createHash("sha256").update(`${seed}:${position++}`).digest();
    return Number(digest.readBigUInt64BE() % BigInt(bound));
  };
}

const next = createStream(SEED);
const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;

function makePerson(index: number) {
  const name = next(12) === 0 ? pick(CHINESE_NAMES) : `${pick(GIVEN_NAMES)} ${pick(FAMILY_NAMES)}`;
  const number =
    `${pick(MOBILE_PREFIXES)}${next(1_000)}`.padEnd(6, "0") + `${index}`.padStart(4, "0");
  return { name, recipient: `+63${number.slice(0, 10)}` };
}

/** Mostly a round sum in HKD; sums of a month's pay are rarer than those of a week's. */
function makeAmount(): Pick<RowContent, "amount" | "currency" | "side"> {
  if (next(10) === 0) {
    const pesos = (2 + next(89)) * 500;
    const centavos = next(3) === 0 ? next(100) : 0;
    const amount = `${pesos}.${String(centavos).padStart(2, "0")}`;
    return { amount, currency: "PHP", side: "receive" };
  }
  const cents = 10_000 + Math.floor((next(790_000) * next(790_000)) / 790_000);
  const step = pick([10_000, 10_000, 5_000, 1_000, 1]);
  const rounded = Math.max(10_000, cents - (cents % step));
  const amount = `${Math.floor(rounded / 100)}.${String(rounded % 100).padStart(2, "0")}`;
  return { amount, currency: "HKD", side: "send" };
}

const people = Array.from({ length: PEOPLE }, (_, index) => makePerson(index));
const rows = Array.from(
  { length: ROWS },
  (_, index): RowContent => ({
    ...pick(people),
    ...makeAmount(),
    reference: `PAY-2024-10-${String(index + 1).padStart(4, "0")}`,
    message: pick(MESSAGES),
    purpose: pick(PURPOSES),
  }),
);
const columns = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS];
writeFileSync(FILE, stringify(rows, { header: true, columns }));
