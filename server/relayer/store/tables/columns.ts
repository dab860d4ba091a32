import type { ColumnType } from "kysely";

/** A JSON column: read as a value, written as text. */
export type Json<T> = ColumnType<T, string, string>;

export type GeneratedTime = ColumnType<Date, Date | undefined, Date>;

/** Where on chain something happened. */
export interface ChainReference {
  readonly transactionHash: string;
  readonly blockNumber: number;
}
