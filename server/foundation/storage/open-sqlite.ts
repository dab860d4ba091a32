import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens an SQLite database in a data directory, making both when new. Integers are read as bigint. What a commit
 * has answered survives a crash of the process and of the machine (write-ahead log, full synchronisation).
 */
export function openSqlite(options: {
  readonly directory: string;
  readonly file: string;
  /** Statements that make the schema where it is missing. */
  readonly schema: string;
}): DatabaseSync {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(options.directory, options.file), { readBigInts: true });
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  db.exec(options.schema);
  return db;
}

/**
 * Runs `work` in one database transaction: all of it is stored, or, if it throws, nothing. `work` must not wait
 * for anything: another caller would fall into the same database transaction.
 */
export function inOneCommit<T>(db: DatabaseSync, work: () => T): T {
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
