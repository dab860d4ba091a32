import { type Selectable, sql } from "kysely";
import type { BatchId, Signature } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";
import type { ChainReference } from "./tables/columns.ts";
import type { ReturnTable } from "./tables/transfers.ts";

export type StoredReturn = Selectable<ReturnTable>;

/** Stores a payee's signed return; the first one for a transfer stays. */
export async function insertReturn(
  db: Db,
  order: { batchId: BatchId; index: number; reason: string; signature: Signature },
): Promise<void> {
  await db
    .insertInto("returns")
    .values({
      batch_id: order.batchId,
      batch_index: order.index,
      reason: order.reason,
      signature: order.signature,
      stage: "return",
      last_error: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Returns that are due to be sent to the chain, oldest first, whose batch is settled there. */
export async function findDueReturns(db: Db, limit: number) {
  return (
    db
      .selectFrom("returns as r")
      .innerJoin("batches as b", "b.batch_id", "r.batch_id")
      .innerJoin("wholesale_quotes as w", "w.quote_hash", "b.quote_hash")
      .selectAll("r")
      .select(["b.message as batch", "w.message as quote"])
      // One that was sent and of which nothing was heard is due again as well: the chain takes each once.
      .where("r.stage", "in", ["return", "returning"])
      .where("b.settled_at", "is not", null)
      .where(sql<boolean>`r.due_at <= now()`)
      .orderBy("r.due_at")
      .limit(limit)
      .execute()
  );
}

/** Moves returns on, by batch and index; `dueInMs` postpones the next try. */
export async function moveReturns(
  db: Db,
  returns: readonly { readonly batchId: BatchId; readonly index: number }[],
  move: { stage: StoredReturn["stage"]; dueInMs?: number; error?: string },
): Promise<void> {
  const ids = returns.map((item) => item.batchId);
  const indexes = returns.map((item) => item.index);
  await sql`
    update returns r
    set stage = ${move.stage}, due_at = now() + ${move.dueInMs ?? 0} * interval '1 ms',
        attempts = r.attempts + 1, last_error = ${move.error ?? null}
    from unnest(${ids}::text[], ${indexes}::int[]) as m(batch_id, batch_index)
    where r.batch_id = m.batch_id and r.batch_index = m.batch_index and r.stage <> 'done'`.execute(
    db,
  );
}

/** The order to return one transfer, if there is one. */
export async function findReturn(
  db: Db,
  key: { batchId: BatchId; index: number },
): Promise<StoredReturn | undefined> {
  return db
    .selectFrom("returns")
    .selectAll()
    .where("batch_id", "=", key.batchId)
    .where("batch_index", "=", key.index)
    .executeTakeFirst();
}

/** Notes where on chain a transfer was returned. */
export async function markReturned(
  db: Db,
  mark: { batchId: BatchId; index: number; reference: ChainReference },
): Promise<void> {
  await db
    .updateTable("transfers")
    .set({ returned_at: JSON.stringify(mark.reference) })
    .where("batch_id", "=", mark.batchId)
    .where("batch_index", "=", mark.index)
    .execute();
}
