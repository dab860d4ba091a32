import type { DatabaseSync } from "node:sqlite";
import { openSqlite } from "../../foundation/storage/open-sqlite.ts";
import { SCHEMA } from "./schema.ts";

/** The bank's database; every sum is read as a bigint. */
export type BankDatabase = DatabaseSync;

/** Opens the bank's one database in its data directory, making it when new. */
export function openLedger(directory: string): BankDatabase {
  return openSqlite({ directory, file: "bank.sqlite", schema: SCHEMA });
}
