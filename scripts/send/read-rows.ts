import { parse } from "csv-parse/sync";
import type { Corridor } from "../../protocol/corridor.ts";
import { findFault } from "./check-row.ts";
import {
  type BadRow,
  type Column,
  OPTIONAL_COLUMNS,
  type PayRow,
  REQUIRED_COLUMNS,
  type RowContent,
} from "./pay-row.ts";
import { createRowIdentity } from "./row-identity.ts";

/** What a file holds: the rows that can be sent, and those that cannot, each in the file's order. */
export interface RemittanceFile {
  readonly rows: readonly PayRow[];
  readonly bad: readonly BadRow[];
}

/** The file as a whole cannot be read. */
export class FileUnreadable extends Error {
  override readonly name = "FileUnreadable";
}

const MAX_ROWS = 100_000;
const COLUMNS: readonly string[] = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS];

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileUnreadable("the file is not UTF-8: save it as CSV in UTF-8");
  }
}

/** The cells of one line. No field of a remittance may hold a line break, so that a bad line spoils no other. */
function cellsOf(line: string): string[] {
  const [cells = []]: string[][] = parse(line, { relax_column_count: true });
  return cells;
}

function readHeader(line: string): Column[] {
  let names: string[];
  try {
    names = cellsOf(line);
  } catch {
    names = [];
  }
  const missing = REQUIRED_COLUMNS.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !COLUMNS.includes(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const faults = [
    ...missing.map((name) => `${name} is missing`),
    ...unknown.map((name) => `"${name}" is not known`),
    ...twice.map((name) => `${name} stands twice`),
  ];
  if (faults.length === 0) return names as Column[];
  throw new FileUnreadable(
    `line 1 must name the columns ${REQUIRED_COLUMNS.join(", ")} and may name ${OPTIONAL_COLUMNS.join(", ")}: ${faults.join("; ")}`,
  );
}

function contentOf(columns: readonly Column[], cells: readonly string[]): RowContent {
  const empty = Object.fromEntries(COLUMNS.map((column) => [column, ""])) as RowContent;
  const read = columns.map((column, index) => [column, cells[index] ?? ""]);
  return { ...empty, ...Object.fromEntries(read) };
}

/** One line as a row, or what is wrong with its form. */
function readRow(text: string, line: number, columns: readonly Column[]): RowContent | BadRow {
  const bad = (explanation: string, content: Partial<RowContent> = {}): BadRow => ({
    line,
    content,
    code: "field-format",
    explanation,
  });
  let cells: string[];
  try {
    cells = cellsOf(text);
  } catch {
    return bad("the line's quotation marks do not pair: write a quote inside a field twice");
  }
  if (cells.length === columns.length) return contentOf(columns, cells);
  const explanation = `the line has ${cells.length} fields, the header ${columns.length}`;
  return bad(explanation, contentOf(columns, cells));
}

/**
 * Reads a remittance file: UTF-8, comma-separated, the columns named in line 1. Every other line is a row, and is
 * sent or reported on its own; empty lines are passed over.
 *
 * @throws FileUnreadable when there is nothing to read rows by.
 */
export function readRows(bytes: Uint8Array, corridor: Corridor): RemittanceFile {
  const [header = "", ...lines] = decode(bytes).split(/\r?\n/);
  const columns = readHeader(header);
  if (lines.length > MAX_ROWS) throw new FileUnreadable(`over ${MAX_ROWS} rows: split the file`);
  const identify = createRowIdentity();
  const rows: PayRow[] = [];
  const bad: BadRow[] = [];
  for (const [index, text] of lines.entries()) {
    if (text === "") continue;
    const line = index + 2;
    const read = readRow(text, line, columns);
    if ("code" in read) {
      bad.push(read);
      continue;
    }
    const fault = findFault(read, corridor);
    if (fault) bad.push({ line, content: read, ...fault });
    else rows.push({ line, content: read, ...identify(read) });
  }
  return { rows, bad };
}
