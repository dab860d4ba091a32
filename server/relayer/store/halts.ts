import type { Db } from "./open-database.ts";

/**
 * What may be halted: every new reservation, the sending of one key's chain transactions, or what is new in one corridor
 * or with one participant.
 */
export type HaltScope =
  | "reservations"
  | `lane:${string}`
  | `corridor:${string}`
  | `participant:${string}`;

/** Halts something, for every instance. The first reason stays until the halt is lifted. */
export async function insertHalt(db: Db, scope: HaltScope, reason: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("halts")
    .values({ scope, reason })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Lifts a halt; answers whether there was one. */
export async function deleteHalt(db: Db, scope: HaltScope): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("halts")
    .where("scope", "=", scope)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function listHalts(db: Db) {
  return db.selectFrom("halts").selectAll().orderBy("scope").execute();
}
