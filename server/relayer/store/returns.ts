import { type Selectable, sql } from "kysely";
import type { BatchId, Signature } from "../../../protocol/messages.ts";
import type { WireBatchMessage, WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import { CHECKPOINT } from "./checkpoints.ts";
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

/** A claimed return and what its call is made of. */
export type ClaimedReturn = StoredReturn & {
  readonly batch: WireBatchMessage;
  readonly quote: WireQuoteMessage;
};

/**
 * Takes returns that are due to be sent to the chain, oldest first, whose batch is settled there; each for one instance
 * at a time, and its attempts rise. Not those that a chain transaction carries which is not mined and was signed within
 * `carriedMs`, nor those whose one is mined in a block that has not been followed yet: what it did will be read there. One
 * that was sent and of which nothing was heard is due again as well.
 */
export async function claimReturns(
  db: Db,
  claim: { readonly limit: number; readonly leaseMs: number; readonly carriedMs: number },
): Promise<ClaimedReturn[]> {
  const { rows } = await sql<ClaimedReturn>`
    with due as (
      select r.batch_id, r.batch_index from returns r join batches b on b.batch_id = r.batch_id
      where r.stage <> 'done' and b.settled_at is not null and r.due_at <= now()
        and not exists (
          select 1 from chain_transactions c
          where (c.mined_block is null
              and c.signed_at > now() - ${claim.carriedMs} * interval '1 ms'
            or c.mined_block > (select number from chain_checkpoints where name = ${CHECKPOINT}))
            and c.calls @> jsonb_build_array(jsonb_build_object(
              'kind', 'return', 'batchId', r.batch_id, 'index', r.batch_index)))
      order by r.due_at limit ${claim.limit}
      for update of r skip locked
    )
    update returns r
    set due_at = now() + ${claim.leaseMs} * interval '1 ms', attempts = r.attempts + 1
    from due, batches b, wholesale_quotes w
    where r.batch_id = due.batch_id and r.batch_index = due.batch_index
      and b.batch_id = r.batch_id and w.quote_hash = b.quote_hash
    returning r.*, b.message as batch, w.message as quote`.execute(db);
  return rows;
}

/** Which return was claimed, and the attempt that fences the claimant's writes. */
export interface ReturnClaim {
  readonly batchId: BatchId;
  readonly index: number;
  readonly attempts: number;
}

/**
 * Notes that claimed returns are in a chain transaction that is about to be stored; answers how many. One that another
 * instance has claimed since is not among them. `dueInMs` is when it is looked at again.
 */
export async function moveClaimedReturns(
  db: Db,
  claims: readonly ReturnClaim[],
  dueInMs: number,
): Promise<number> {
  const ids = claims.map((item) => item.batchId);
  const indexes = claims.map((item) => item.index);
  const attempts = claims.map((item) => item.attempts);
  const { numAffectedRows } = await sql`
    update returns r
    set stage = 'returning', due_at = now() + ${dueInMs} * interval '1 ms', last_error = null
    from unnest(${ids}::text[], ${indexes}::int[], ${attempts}::int[])
      as m(batch_id, batch_index, attempts)
    where r.batch_id = m.batch_id and r.batch_index = m.batch_index
      and r.attempts = m.attempts and r.stage <> 'done'`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** However often a return was tried, it is tried again within this: the payee has signed it. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Moves returns on, by batch and index; `dueInMs` postpones the next try, twice as long after each. */
export async function moveReturns(
  db: Db,
  returns: readonly { readonly batchId: BatchId; readonly index: number }[],
  move: { stage: StoredReturn["stage"]; dueInMs?: number; error?: string },
): Promise<void> {
  const ids = returns.map((item) => item.batchId);
  const indexes = returns.map((item) => item.index);
  await sql`
    update returns r
    set stage = ${move.stage}, last_error = ${move.error ?? null},
        due_at = now() + interval '1 ms' * least(${LONGEST_PAUSE_MS}::float8,
          ${move.dueInMs ?? 0}::float8 * 2.0::float8 ^ least(r.attempts, 20)::float8)
    from unnest(${ids}::text[], ${indexes}::int[]) as m(batch_id, batch_index)
    where r.batch_id = m.batch_id and r.batch_index = m.batch_index and r.stage <> 'done'`.execute(
    db,
  );
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
