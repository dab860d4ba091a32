import { insertAct } from "../store/audit.ts";
import type { Db } from "../store/open-database.ts";

/** Who acts when no operator does. */
export const RELAYER = "relayer";

/** Stores an act for the audit log, in the commit that carries it out. */
export async function recordAct(
  db: Db,
  act: {
    readonly act: string;
    readonly by: string;
    readonly subject: string;
    readonly reason: string;
  },
): Promise<void> {
  await insertAct(db, { ...act, at: new Date().toISOString() });
}
