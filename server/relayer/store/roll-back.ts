import { type RawBuilder, sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { Db } from "./open-database.ts";

/** The blocks that were followed last, newest first. */
export async function listFollowedBlocks(db: Db, limit: number): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom("followed_blocks")
    .selectAll()
    .orderBy("number", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ number, hash }) => ({ number: Number(number), hash }));
}

/** What a roll-back has undone. */
export interface Undone {
  /** Batches that the chain holds no reservation of any more. */
  readonly unreserved: readonly BatchId[];
  /** Batches whose settlement or release is gone. */
  readonly reopened: readonly BatchId[];
}

const after = (column: string, block: bigint) =>
  sql<boolean>`(${sql.ref(column)} ->> 'blockNumber')::bigint > ${block}`;

/** Forgets what was read from blocks after one: movements, blocks, and that our chain transactions were mined. */
async function forgetBlocks(db: Db, block: bigint): Promise<void> {
  await db.deleteFrom("position_movements").where("block_number", ">", block).execute();
  await db.deleteFrom("followed_blocks").where("number", ">", block).execute();
  await db
    .updateTable("chain_transactions")
    .set({ mined_block: null, sent_at: new Date(0) })
    .where("mined_block", ">", block)
    .execute();
}

/** Returns that the chain has undone are sent again. */
async function reopenReturns(db: Db, block: bigint): Promise<void> {
  await sql`
    with undone as (
      update transfers set returned_at = null where ${after("returned_at", block)}
      returning batch_id, batch_index
    )
    update returns r set stage = 'return', due_at = now()
    from undone u where r.batch_id = u.batch_id and r.batch_index = u.batch_index`.execute(db);
}

async function reopenBatches(
  db: Db,
  column: "reserved_at" | "settled_at" | "expired_at",
  { block, stage, dueInMs }: { block: bigint; stage: RawBuilder<unknown>; dueInMs: number },
): Promise<BatchId[]> {
  const { rows } = await sql<{ batch_id: BatchId }>`
    update batches
    set ${sql.ref(column)} = null, stage = ${stage}, due_at = now() + ${dueInMs} * interval '1 ms',
        attempts = 0, lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1
    where ${after(column, block)} returning batch_id`.execute(db);
  return rows.map((row) => row.batch_id);
}

/**
 * Undoes what was read from blocks after `ancestor`, since the chain has replaced them. Batches go back to waiting for
 * the chain transactions that carried their calls, which are sent again with the same bytes.
 */
export async function undoBlocksAfter(
  db: Db,
  ancestor: Checkpoint,
  recheckMs: number,
): Promise<Undone> {
  const block = BigInt(ancestor.number);
  await forgetBlocks(db, block);
  await reopenReturns(db, block);
  const waiting = { block, dueInMs: recheckMs };
  // A payee that settled by itself has not told us its outcome, without which nobody else can: it is asked for it.
  const settling = sql`case when outcome_signature is null then 'credit' else 'settling' end`;
  const unsettled = await reopenBatches(db, "settled_at", { ...waiting, stage: settling });
  const unreleased = await reopenBatches(db, "expired_at", { ...waiting, stage: sql`'expiring'` });
  // Last: a batch without a reservation waits for that, whatever else is gone.
  const unreserved = await reopenBatches(db, "reserved_at", {
    ...waiting,
    stage: sql`'reserving'`,
  });
  return { unreserved, reopened: [...unsettled, ...unreleased] };
}
