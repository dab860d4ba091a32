import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** More texts than a service has; beyond them a statement is prepared for its one use. */
const KEPT_STATEMENTS = 500;

/** Ids are random, and so are their places in an index: 2 MiB, as SQLite has it, do not hold the paths to them. */
const CACHE_KIB = 32 * 1024;
/** Four times SQLite's own: a page that is written again before is copied into the database once. 16 MiB of log. */
const CHECKPOINT_PAGES = 4_000;

/** Prepares each statement once: of a short one, preparing is most of the work. */
class PreparingDatabase extends DatabaseSync {
  readonly #prepared = new Map<string, StatementSync>();

  override prepare(text: string): StatementSync {
    const known = this.#prepared.get(text);
    if (known) return known;
    const statement = super.prepare(text);
    if (this.#prepared.size < KEPT_STATEMENTS) this.#prepared.set(text, statement);
    return statement;
  }
}

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
  const db = new PreparingDatabase(join(options.directory, options.file), { readBigInts: true });
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  db.exec(`pragma cache_size = -${CACHE_KIB}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
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
