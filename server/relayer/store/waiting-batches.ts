import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";

/**
 * Takes a batch out of the queue for good, if no chain transaction that carries it was ever signed; answers whether.
 * Those that were signed before it came, by an hour for clocks that differ, are not looked through.
 *
 * One statement against the claim: whoever has claimed it, or signs at this moment, is first, and an owner whose claim
 * is older than this can no longer store what it signed.
 */
export async function withdrawUnsigned(db: Db, batchId: BatchId): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update batches b
    set stage = 'done', lease_epoch = b.lease_epoch + 1, last_error = 'cancelled'
    where b.batch_id = ${batchId} and b.stage = 'reserve' and b.lease_owner is null
      and (b.lease_epoch = 0 or not exists (
        select 1 from chain_transactions c
        where c.created_at > b.accepted_at - interval '1 hour' and c.calls @> jsonb_build_array(jsonb_build_object('batchId', b.batch_id))))`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/**
 * Puts batches that were withdrawn, and that the chain holds all the same, into the queue to be released, once they cannot
 * be settled any more.
 */
export async function expireWithdrawn(db: Db, batchIds: readonly BatchId[]): Promise<void> {
  await sql`
    update batches set stage = 'expire', due_at = to_timestamp(settle_until::float8), attempts = 0
    where batch_id = any(${batchIds}::text[]) and stage = 'done'
      and settled_at is null and expired_at is null`.execute(db);
}

/** Those of some batches for which the payee has answered, or which have ended without it. */
export async function findDecided(db: Db, batchIds: readonly BatchId[]): Promise<BatchId[]> {
  const { rows } = await sql<{ batch_id: BatchId }>`
    select batch_id from batches
    where batch_id = any(${batchIds}::text[]) and (rejections is not null or stage = 'done')`.execute(
    db,
  );
  return rows.map((row) => row.batch_id);
}

/** What is due and in nobody's hands. */
export interface Due {
  readonly batches: number;
  readonly transfers: number;
  /** For how long the oldest has been due. */
  readonly seconds: number;
}

/** What is due and in nobody's hands, looked at no further than one batch past a bound. */
export async function measureDue(db: Db, bound: number): Promise<Due> {
  const { rows } = await sql<Due>`
    select count(*)::int as batches, coalesce(sum(count), 0)::int as transfers,
      coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as seconds
    from (
      select count, due_at from batches
      where stage <> 'done' and due_at <= now() and (lease_until is null or lease_until < now())
      limit ${bound + 1}
    ) as due`.execute(db);
  return rows[0] ?? { batches: 0, transfers: 0, seconds: 0 };
}

/** The newest steps that are looked at: what a far larger machine takes within the seconds that are asked about. */
const NEWEST_STEPS = 20_000;

/** Of how many transfers payees' answers were stored in the last so many seconds, by all relayers. */
export async function countAnswered(db: Db, seconds: number): Promise<number> {
  const { rows } = await sql<{ answered: number }>`
    select coalesce(sum(count), 0)::int as answered from transfer_events
    where position > (select coalesce(max(position), 0) - ${sql.lit(NEWEST_STEPS)} from transfer_events)
      and at > now() - ${seconds} * interval '1 second'
      and state in ('credited', 'held', 'rejected')`.execute(db);
  return rows[0]?.answered ?? 0;
}
