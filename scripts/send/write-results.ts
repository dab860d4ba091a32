import { renameSync, writeFileSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import type { BadRow, RowContent } from "./pay-row.ts";
import type { Sending } from "./send-rows.ts";

const COLUMNS = [
  "line",
  "reference",
  "name",
  "state",
  "reason",
  "column",
  "explanation",
  "uetr",
  "send_amount",
  "send_currency",
  "receive_amount",
  "receive_currency",
  "rate",
  "confirmation_ms",
] as const;
type Result = Partial<Record<(typeof COLUMNS)[number], string | number>> & {
  readonly line: number;
};

const known = ({ reference = "", name = "" }: Partial<RowContent>) => ({ reference, name });

function fromBad({ line, content, code, column, explanation }: BadRow): Result {
  const at = column === undefined ? {} : { column };
  return { line, ...known(content), state: "refused", reason: code, ...at, explanation };
}

function toResults({ paid, bad, unsent }: Sending): Result[] {
  const results: Result[] = [
    ...paid.map(({ row, payment }) => ({
      line: row.line,
      ...known(row.content),
      state: payment.state,
      ...(payment.reason !== undefined && { reason: payment.reason }),
      uetr: payment.uetr,
      send_amount: payment.sendAmount.value,
      send_currency: payment.sendAmount.currency,
      receive_amount: payment.receiveAmount.value,
      receive_currency: payment.receiveAmount.currency,
      rate: payment.rate,
      ...(payment.confirmationMs !== undefined && {
        confirmation_ms: Math.round(payment.confirmationMs),
      }),
    })),
    ...bad.map(fromBad),
    ...unsent.map(({ row, explanation }) => ({
      line: row.line,
      ...known(row.content),
      state: "unsent",
      explanation,
    })),
  ];
  return results.sort((a, b) => a.line - b.line);
}

/** Writes one line for each row of the file, in its order; the file is there whole or not at all. */
export function writeResults(path: string, sending: Sending): void {
  // A name that a spreadsheet would run as a formula is written so that it does not.
  const text = stringify(toResults(sending), {
    header: true,
    columns: [...COLUMNS],
    escape_formulas: true,
  });
  const partial = `${path}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, path);
}
