import type { Transaction } from "kysely";
import { isRolledBack } from "../../foundation/storage/database-errors.ts";
import type { Database } from "./open-database.ts";
import type { RelayerSchema } from "./schema.ts";

const ATTEMPTS = 4;
const PAUSE_MS = 10;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs work in one transaction. What the database rolls back because of others (deadlock, serialization) runs again, a
 * few times: the work must therefore do nothing but read and write through its transaction. Any other failure is
 * thrown; after a lost connection it is not known whether the commit took place, and the caller looks again.
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Transaction<RelayerSchema>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isRolledBack(error) || attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS * attempt * (1 + Math.random()));
    }
  }
}
