import { type Selectable, sql } from "kysely";
import type { Db } from "./open-database.ts";
import type { CycleTable } from "./tables/books.ts";

export type StoredCycle = Selectable<CycleTable>;

/** Any constant: names the lock under which instances open one cycle after the other. */
const CYCLES_LOCK = 20_180_627;

/** Lets nobody else open a cycle until the end of the transaction. */
export async function lockCycles(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(CYCLES_LOCK)})`.execute(db);
}

/** The newest cut-off cycle. */
export async function findLastCycle(db: Db): Promise<StoredCycle | undefined> {
  return db
    .selectFrom("cycles")
    .selectAll()
    .orderBy("to_block", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** The newest cycles, the last one first. */
export async function listCycles(db: Db, limit: number): Promise<StoredCycle[]> {
  return db.selectFrom("cycles").selectAll().orderBy("to_block", "desc").limit(limit).execute();
}

/** Opens a cycle over some blocks. */
export async function insertCycle(
  db: Db,
  cycle: {
    id: string;
    fromBlock: number;
    toBlock: number;
    movements: { account: string; token: string; netMinor: string }[];
  },
): Promise<StoredCycle> {
  return db
    .insertInto("cycles")
    .values({
      id: cycle.id,
      from_block: BigInt(cycle.fromBlock),
      to_block: BigInt(cycle.toBlock),
      state: "open",
      movements: JSON.stringify(cycle.movements),
      differences: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Keeps what the bank answered. */
export async function saveCycleAnswer(
  db: Db,
  answer: { id: string; state: "agreed" | "differs"; differences: readonly unknown[] },
): Promise<StoredCycle> {
  return db
    .updateTable("cycles")
    .set({ state: answer.state, differences: JSON.stringify(answer.differences) })
    .where("id", "=", answer.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
