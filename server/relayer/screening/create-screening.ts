import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { ScreeningPort } from "../ports/screening.ts";
import { normaliseName } from "./normalise-name.ts";

/** The OFAC files, as the US Treasury publishes them: names, and other names of the same parties. */
export interface SanctionsFiles {
  readonly sdn: URL;
  readonly alternatives: URL;
}

const SDN_NAME_COLUMN = 1;
const ALTERNATIVE_NAME_COLUMN = 3;

function readNames(file: Buffer, column: number): string[] {
  const rows: string[][] = parse(file, { relax_column_count: true, relax_quotes: true });
  return rows.map((row) => row[column]?.trim() ?? "").filter((name) => name !== "");
}

/**
 * Screening against the OFAC lists: exact and normalised matches of whole names. The list's version is the
 * hash of its files, and stands beside every decision.
 */
export function createScreening(files: SanctionsFiles): ScreeningPort {
  const sdn = readFileSync(files.sdn);
  const alternatives = readFileSync(files.alternatives);
  const digest = createHash("sha256").update(sdn).update(alternatives).digest("hex");
  const listVersion = `ofac-sdn:${digest.slice(0, 16)}`;
  const listed = new Set(
    [...readNames(sdn, SDN_NAME_COLUMN), ...readNames(alternatives, ALTERNATIVE_NAME_COLUMN)].map(
      normaliseName,
    ),
  );
  if (listed.size < 1_000) throw new Error("the sanctions list is empty or cut short");
  return {
    async screen(names) {
      return { clear: !names.some((name) => listed.has(normaliseName(name))), listVersion };
    },
  };
}
