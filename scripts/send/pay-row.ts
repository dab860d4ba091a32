/** The columns of a remittance file; `message` and `purpose` may be left out. */
export const REQUIRED_COLUMNS = [
  "recipient",
  "name",
  "amount",
  "currency",
  "side",
  "reference",
] as const;
export const OPTIONAL_COLUMNS = ["message", "purpose"] as const;
export type Column = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

/** One row of the file, as it stands there. */
export type RowContent = Readonly<Record<Column, string>>;

/** A row that can be sent. */
export interface PayRow {
  /** In the file, the header being line 1. */
  readonly line: number;
  readonly content: RowContent;
  /** The order's id at the wallet: the same row of the same content has the same one in every run. */
  readonly requestId: string;
  /** How many rows up to this one say the same. */
  readonly occurrence: number;
}

/** A row that cannot, and why. */
export interface BadRow {
  readonly line: number;
  /** As far as the row could be read. */
  readonly content: Partial<RowContent>;
  /** A code of the problem catalogue. */
  readonly code: string;
  /** The column at fault, if it is one. */
  readonly column?: Column;
  readonly explanation: string;
}
