import { sql } from "kysely";
import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { Db } from "./open-database.ts";

/** The row that says how far the corridor contract has been followed. */
export const CHECKPOINT = "corridor";
const KEPT_BLOCKS = 5_000;

/** How far the chain has been followed, or undefined before the first block. */
export async function findCheckpoint(db: Db): Promise<Checkpoint | undefined> {
  const row = await db
    .selectFrom("chain_checkpoints")
    .selectAll()
    .where("name", "=", CHECKPOINT)
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
        .where("name", "=", CHECKPOINT)
        .where("number", "=", BigInt(from.number))
        .executeTakeFirst()
        .then(({ numUpdatedRows }) => numUpdatedRows)
    : await db
        .insertInto("chain_checkpoints")
        .values({ name: CHECKPOINT, ...row })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
        .then(({ numInsertedOrUpdatedRows }) => numInsertedOrUpdatedRows);
  if (moved !== 1n) throw new Error("another instance has followed the chain meanwhile");
  await rememberBlock(db, to);
}

/** Keeps the newest followed blocks, so that there is one to go back to when the chain replaces some. */
async function rememberBlock(db: Db, { number, hash }: Checkpoint): Promise<void> {
  await sql`
    with forgotten as (delete from followed_blocks where number < ${BigInt(number - KEPT_BLOCKS)})
    insert into followed_blocks (number, hash) values (${BigInt(number)}, ${hash})
    on conflict (number) do update set hash = excluded.hash`.execute(db);
}
