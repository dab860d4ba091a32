import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";

/** Far beyond every clock of a batch: the chain's deadlines are looked at whenever a batch is due. */
const NEVER = sql<Date>`now() + interval '100 years'`;
const isParked = sql<boolean>`due_at > now() + interval '50 years'`;

/** A batch's place in the queue. */
export async function findBatchState(db: Db, batchId: BatchId) {
  return db
    .selectFrom("batches")
    .select(["participant_id", "corridor_id", "stage", "due_at", "attempts", "last_error"])
    .select(isParked.as("parked"))
    .where("batch_id", "=", batchId)
    .executeTakeFirst();
}

const isFree = sql<boolean>`(lease_until is null or lease_until < now())`;

/** Makes a batch that nobody works on due no more; a claim that has run out can no longer write. Answers whether. */
export async function parkBatch(db: Db, batchId: BatchId, note: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batches")
    .set({ due_at: NEVER, lease_epoch: sql`lease_epoch + 1`, last_error: note })
    .set({ lease_owner: null, lease_until: null })
    .where("batch_id", "=", batchId)
    .where("stage", "<>", "done")
    .where(isFree)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Makes a batch that nobody works on due now. Answers whether. */
export async function unparkBatch(db: Db, batchId: BatchId, note: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batches")
    .set({ due_at: sql`now()`, attempts: 0, last_error: note })
    .where("batch_id", "=", batchId)
    .where("stage", "<>", "done")
    .where(isFree)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
