import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA } from "./schema.ts";

/** The bank's database; every sum is read as a bigint. */
export type BankDatabase = DatabaseSync;

/**
 * Opens the bank's database in its data directory, making it when new. What a commit has answered
 * survives a crash of the process and of the machine (write-ahead log, full synchronisation).
 */
export function openLedger(directory: string): BankDatabase {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(directory, "bank.sqlite"), { readBigInts: true });
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  db.exec(SCHEMA);
  return db;
}

/**
 * Runs `work` in one database transaction: all of it is stored, or, if it throws, nothing.
 * `work` must not wait for anything: another caller would fall into the same database transaction.
 */
export function inOneCommit<T>(db: BankDatabase, work: () => T): T {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
}
