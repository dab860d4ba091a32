import { createHash } from "node:crypto";
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS, type RowContent } from "./pay-row.ts";

export interface RowIdentity {
  readonly requestId: string;
  /** 1 for the first row of a content in a file, 2 for the second. */
  readonly occurrence: number;
}

/**
 * Names rows by what they say. A row that stands twice in one file is two payments, the first and the second; the
 * same row in another run of the file, or after other rows were added, is the same payment. So whoever pays the same
 * sum to the same person again gives it another reference.
 */
export function createRowIdentity(): (content: RowContent) => RowIdentity {
  const seen = new Map<string, number>();
  return (content) => {
    const cells = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS].map((column) => content[column]);
    const row = JSON.stringify(cells);
    const occurrence = (seen.get(row) ?? 0) + 1;
    seen.set(row, occurrence);
    const digest = createHash("sha256").update(`${row}#${occurrence}`).digest("base64url");
    return { requestId: `row-${digest}`, occurrence };
  };
}
