import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes a data directory for this process alone, creating it when needed; throws when another process (or this
 * one) holds it. The lock is the operating system's, through SQLite, so that it ends with the process however
 * that ends, and nothing stale can be left behind.
 */
export function lockDirectory(directory: string): Disposable {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(directory, "lock"));
  try {
    lock.exec("pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    lock.close();
    throw new Error(
      `${directory} is in use by another process: stop it, or use another directory`,
      {
        cause: error,
      },
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}
