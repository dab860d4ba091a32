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

/** Moves the checkpoint. Call it in the commit that applies the events up to it. */
export async function saveCheckpoint(db: Db, checkpoint: Checkpoint): Promise<void> {
  const row = { number: BigInt(checkpoint.number), hash: checkpoint.hash };
  await db
    .insertInto("chain_checkpoints")
    .values({ name: NAME, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
}
