import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { Db } from "./open-database.ts";

const NAME = "corridor";

/** How far the chain has been followed, or undefined before the first block. */
export async function findCheckpoint(db: Db): Promise<Checkpoint | undefined> {
  const row = await db
    .selectFrom("chain_checkpoints")
    .selectAll()
    .where("name", "=", NAME)
    .executeTakeFirst();
  return row && { number: Number(row.number), hash: row.hash };
}

/**
 * Moves the checkpoint, in the commit that applies the events up to it. Throws when it is not where the caller began:
 * then somebody else has applied these blocks, and the commit must not.
 */
export async function moveCheckpoint(
  db: Db,
  from: Checkpoint | undefined,
  to: Checkpoint,
): Promise<void> {
  const row = { number: BigInt(to.number), hash: to.hash };
  const moved = from
    ? await db
        .updateTable("chain_checkpoints")
        .set(row)
        .where("name", "=", NAME)
        .where("number", "=", BigInt(from.number))
        .executeTakeFirst()
        .then(({ numUpdatedRows }) => numUpdatedRows)
    : await db
        .insertInto("chain_checkpoints")
        .values({ name: NAME, ...row })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
        .then(({ numInsertedOrUpdatedRows }) => numInsertedOrUpdatedRows);
  if (moved !== 1n) throw new Error("another instance has followed the chain meanwhile");
}
