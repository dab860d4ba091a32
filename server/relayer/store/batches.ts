import { type Selectable, sql } from "kysely";
import type { CorridorId } from "../../../protocol/corridor.ts";
import type { BatchId, Signature } from "../../../protocol/messages.ts";
import type { WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { Db } from "./open-database.ts";
import type { ChainReference } from "./tables/columns.ts";
import type { BatchStage, BatchTable } from "./tables/transfers.ts";

/**
 * Said of every look at the queue, although its stages say it too: a plan that the server keeps knows no stages, and would
 * not use the index, which has only what is waiting, but read every batch there ever was.
 */
const isWaiting = sql<boolean>`stage <> 'done'`;

export type StoredBatch = Selectable<BatchTable>;

/** A claimed batch: its row and the epoch that fences the claimant's writes. */
export type ClaimedBatch = StoredBatch & {
  readonly wholesale_message: WireQuoteMessage;
  readonly wholesale_signature: Signature;
  /** How many transfers have to be read for its stage: all of them or, where the batch's own row is enough, none. */
  readonly carried: number;
};

export interface Claim {
  readonly stages: readonly BatchStage[];
  readonly owner: string;
  /** The most batches. */
  readonly limit: number;
  /** No further batch is taken once those before it carry so many transfers. */
  readonly transfers: number;
  /** Corridors whose batches are left where they are. */
  readonly without?: readonly CorridorId[];
  readonly leaseMs: number;
}

/** What settles a batch as a whole, or releases it, is as long for hundreds of transfers as for one. */
const CARRIED = sql`case when stage = 'expire' or (stage = 'settle' and rejections = '0x') then 0 else count end`;

/**
 * Takes due batches for a worker, the oldest first, no more than it can do at a time: each is leased to one owner, and its
 * epoch rises, so that an owner who was paused past its lease can no longer write. Instances never wait for one another
 * (SKIP LOCKED).
 */
export async function claimBatches(db: Db, claim: Claim): Promise<ClaimedBatch[]> {
  const { rows } = await sql<ClaimedBatch>`
    with due as (
      select batch_id, due_at, ${CARRIED} as carried from batches
      where ${isWaiting} and stage = any(${claim.stages}::text[]) and due_at <= now()
        and (lease_until is null or lease_until < now()) and corridor_id <> all(${claim.without ?? []}::text[])
      order by due_at limit ${claim.limit}
      for update skip locked
    ), taken as (
      select batch_id, carried from (
        select batch_id, carried, sum(carried) over (order by due_at, batch_id) - carried as before from due
      ) as counted
      where before < ${claim.transfers}
    )
    update batches b
    set lease_owner = ${claim.owner}, lease_epoch = b.lease_epoch + 1,
        lease_until = now() + ${claim.leaseMs} * interval '1 ms', attempts = b.attempts + 1
    from taken, wholesale_quotes w
    where b.batch_id = taken.batch_id and w.quote_hash = b.quote_hash
    returning b.*, w.message as wholesale_message, w.signature as wholesale_signature, taken.carried`.execute(
    db,
  );
  return rows;
}

/** A claimed batch and the stage that it moves to. */
export interface ClaimedMove {
  readonly batch_id: BatchId;
  readonly lease_epoch: number;
  readonly to: BatchStage;
}

export interface MoveOptions {
  /** When the new stage is due; at once when absent. */
  readonly dueInMs?: number;
  readonly error?: string;
}

/**
 * Moves claimed batches, each to its stage, and ends their leases. Only rows whose epoch is still the claimant's move;
 * answers how many did. One that goes back to where it was keeps what last went wrong with it, unless something else has.
 */
export async function moveClaimed(
  db: Db,
  moves: readonly ClaimedMove[],
  { dueInMs = 0, error }: MoveOptions = {},
): Promise<number> {
  if (moves.length === 0) return 0;
  const ids = moves.map((move) => move.batch_id);
  const epochs = moves.map((move) => move.lease_epoch);
  const stages = moves.map((move) => move.to);
  const { numAffectedRows } = await sql`
    update batches b
    set stage = m.stage, due_at = now() + ${dueInMs} * interval '1 ms',
        lease_owner = null, lease_until = null,
        last_error = coalesce(${error ?? null}::text, case when m.stage = b.stage then b.last_error end)
    from unnest(${ids}::text[], ${epochs}::int[], ${stages}::text[]) as m(batch_id, epoch, stage)
    where b.batch_id = m.batch_id and b.lease_epoch = m.epoch and b.lease_owner is not null`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Where a fact finds batches, and where it moves them. */
export interface FactMove extends MoveOptions {
  readonly from: readonly BatchStage[];
  readonly stage: BatchStage;
}

/** Moves batches from wherever they wait to a stage, since the chain has told so; ends every lease. */
export async function moveByFact(
  db: Db,
  batchIds: readonly BatchId[],
  { stage, from, dueInMs = 0, error }: FactMove,
): Promise<void> {
  await sql`
    update batches
    set stage = ${stage}, due_at = now() + ${dueInMs} * interval '1 ms', attempts = 0,
        lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1,
        last_error = coalesce(${error ?? null}::text, last_error)
    where batch_id = any(${batchIds}::text[]) and stage = any(${from}::text[])`.execute(db);
}

/** Notes where on chain batches were reserved, settled or expired, and moves those that wait for it. */
export async function markOnChain(
  db: Db,
  column: "reserved_at" | "settled_at" | "expired_at",
  marks: readonly { readonly batchId: BatchId; readonly reference: ChainReference }[],
  { stage, from }: FactMove,
): Promise<void> {
  const ids = marks.map((mark) => mark.batchId);
  const references = marks.map((mark) => JSON.stringify(mark.reference));
  const moves = sql`b.stage = any(${from}::text[])`;
  await sql`
    update batches b
    set ${sql.ref(column)} = m.reference,
        stage = case when ${moves} then ${stage} else b.stage end,
        due_at = case when ${moves} then now() else b.due_at end,
        attempts = case when ${moves} then 0 else b.attempts end,
        lease_owner = null, lease_until = null, lease_epoch = b.lease_epoch + 1
    from unnest(${ids}::text[], ${references}::jsonb[]) as m(batch_id, reference)
    where b.batch_id = m.batch_id`.execute(db);
}

/** A payee's signed answer for a batch. */
export interface StoredOutcome {
  readonly batchId: BatchId;
  readonly rejections: string;
  readonly signature: Signature;
}

/**
 * Stores payees' signed answers; the first one for a batch stays for ever. Answers the batches of which the stored
 * answer is now the given one: a batch that is missing has another.
 */
export async function saveOutcomes(
  db: Db,
  outcomes: readonly StoredOutcome[],
): Promise<Set<BatchId>> {
  const ids = outcomes.map((outcome) => outcome.batchId);
  const rejections = outcomes.map((outcome) => outcome.rejections);
  const signatures = outcomes.map((outcome) => outcome.signature);
  const { rows } = await sql<{ batch_id: BatchId }>`
    update batches b set rejections = o.rejections, outcome_signature = o.signature
    from unnest(${ids}::text[], ${rejections}::text[], ${signatures}::text[])
      as o(batch_id, rejections, signature)
    where b.batch_id = o.batch_id and (b.rejections is null or b.rejections = o.rejections)
    returning b.batch_id`.execute(db);
  return new Set(rows.map((row) => row.batch_id));
}

/** Batches that wait in some stages although a chain deadline has passed. */
export async function findOverdue(
  db: Db,
  query: {
    stages: readonly BatchStage[];
    deadline: "valid_until" | "settle_until";
    timestamp: bigint;
  },
): Promise<{ batch_id: BatchId; stage: BatchStage }[]> {
  return db
    .selectFrom("batches")
    .select(["batch_id", "stage"])
    .where(isWaiting)
    .where("stage", "in", [...query.stages])
    .where(query.deadline, "<=", query.timestamp)
    .limit(200)
    .execute();
}

/** What last went wrong with batches. */
export async function findLastErrors(db: Db, batchIds: readonly BatchId[]) {
  if (batchIds.length === 0) return [];
  return db
    .selectFrom("batches")
    .select(["batch_id", "last_error"])
    .where("batch_id", "in", [...batchIds])
    .execute();
}

/** The bank's quotes of those batches that are ours. */
export async function findQuotesOfBatches(db: Db, batchIds: readonly BatchId[]) {
  return db
    .selectFrom("batches as b")
    .innerJoin("wholesale_quotes as w", "w.quote_hash", "b.quote_hash")
    .select(["b.batch_id", "w.message as quote"])
    .where("b.batch_id", "in", [...batchIds])
    .execute();
}

/**
 * Batches that wait in some stages for the chain, past the time at which they are looked at again. Not those that a
 * chain transaction carries which is not mined and was signed within `carriedMs`, nor those whose one is mined in a block
 * after `block`, as of which they are going to be looked at: the chain would be asked about the time before.
 */
export async function findStale(
  db: Db,
  stages: readonly string[],
  { carriedMs, block }: { readonly carriedMs: number; readonly block: number },
): Promise<{ batch_id: BatchId; stage: BatchStage }[]> {
  const { rows } = await sql<{ batch_id: BatchId; stage: BatchStage }>`
    select batch_id, stage from batches b
    where ${isWaiting} and stage = any(${stages}::text[]) and due_at < now() and not exists (
      select 1 from chain_transactions c
      where (c.mined_block > ${block}
          or c.mined_block is null and c.signed_at > now() - ${carriedMs} * interval '1 ms')
        and c.calls @> jsonb_build_array(jsonb_build_object('batchId', b.batch_id))
    ) limit 200`.execute(db);
  return rows;
}
