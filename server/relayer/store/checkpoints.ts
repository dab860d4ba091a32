import { sql } from "kysely";
import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { Db } from "./open-database.ts";

/** The row that says how far the corridor contract has been followed. */
export const CHECKPOINT = "corridor";
const KEPT_BLOCKS = 5_000n;

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
 * Moves the checkpoint, in the commit that applies the events up to it, and keeps the newest followed blocks, so that there
 * is one to go back to when the chain replaces some. Answers false when it is not where the caller began: somebody else has
 * applied these blocks, and the caller must not. Whoever asks while another one's commit is under way waits for it here: ask
 * before anything else is written, so that no block is applied twice for nothing.
 */
export async function moveCheckpoint(
  db: Db,
  from: Checkpoint | undefined,
  to: Checkpoint,
): Promise<boolean> {
  const number = BigInt(to.number);
  const move = from
    ? sql`update chain_checkpoints set number = ${number}, hash = ${to.hash}
        where name = ${CHECKPOINT} and number = ${BigInt(from.number)} and hash = ${from.hash}`
    : sql`insert into chain_checkpoints (name, number, hash) values (${CHECKPOINT}, ${number}, ${to.hash})
        on conflict do nothing`;
  const { numAffectedRows } = await sql`
    with moved as (${move} returning number, hash),
    forgotten as (delete from followed_blocks where number < ${number - KEPT_BLOCKS})
    insert into followed_blocks (number, hash) select number, hash from moved
    on conflict (number) do update set hash = excluded.hash`.execute(db);
  return numAffectedRows === 1n;
}
