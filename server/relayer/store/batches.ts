import { type Insertable, type Selectable, sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId, Signature } from "../../../protocol/messages.ts";
import type { WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { Db } from "./open-database.ts";
import type { BatchStage, BatchTable, ChainReference } from "./schema.ts";

export type StoredBatch = Selectable<BatchTable>;

/** Stores an accepted batch; answers false when this wallet's idempotency key is taken. */
export async function insertBatch(
  db: Db,
  batch: Omit<Insertable<BatchTable>, "stage">,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("batches")
    .values({ ...batch, stage: "reserve" })
    .onConflict((conflict) => conflict.columns(["participant_id", "idempotency_key"]).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** The batch that a wallet's idempotency key stands for. */
export async function findBatchByKey(
  db: Db,
  key: { participantId: ParticipantId; idempotencyKey: string },
): Promise<StoredBatch | undefined> {
  return db
    .selectFrom("batches")
    .selectAll()
    .where("participant_id", "=", key.participantId)
    .where("idempotency_key", "=", key.idempotencyKey)
    .executeTakeFirst();
}

export async function batchExists(db: Db, batchId: BatchId): Promise<boolean> {
  const query = db.selectFrom("batches").select("batch_id").where("batch_id", "=", batchId);
  return (await query.executeTakeFirst()) !== undefined;
}

/** A claimed batch: its row and the epoch that fences the claimant's writes. */
export type ClaimedBatch = StoredBatch & {
  readonly wholesale_message: WireQuoteMessage;
  readonly wholesale_signature: Signature;
};

export interface Claim {
  readonly stages: readonly BatchStage[];
  readonly owner: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/**
 * Takes due batches for a worker: each is leased to one owner, and its epoch rises, so that an owner who
 * was paused past its lease can no longer write. Instances never wait for one another (SKIP LOCKED).
 */
export async function claimBatches(db: Db, claim: Claim): Promise<ClaimedBatch[]> {
  const { rows } = await sql<ClaimedBatch>`
    with due as (
      select batch_id from batches
      where stage = any(${claim.stages}::text[]) and due_at <= now()
        and (lease_until is null or lease_until < now())
      order by due_at limit ${claim.limit}
      for update skip locked
    )
    update batches b
    set lease_owner = ${claim.owner}, lease_epoch = b.lease_epoch + 1,
        lease_until = now() + ${claim.leaseMs} * interval '1 ms', attempts = b.attempts + 1
    from due, wholesale_quotes w
    where b.batch_id = due.batch_id and w.quote_hash = b.quote_hash
    returning b.*, w.message as wholesale_message, w.signature as wholesale_signature`.execute(db);
  return rows;
}

export interface HeldClaim {
  readonly batch_id: BatchId;
  readonly lease_epoch: number;
}

export interface Move {
  readonly stage: BatchStage;
  /** When the new stage is due; at once when absent. */
  readonly dueInMs?: number;
  readonly error?: string;
}

/**
 * Moves claimed batches to a stage and ends their leases. Only rows whose epoch is still the claimant's move;
 * answers how many did.
 */
export async function moveClaimed(
  db: Db,
  claims: readonly HeldClaim[],
  move: Move,
): Promise<number> {
  const ids = claims.map((claim) => claim.batch_id);
  const epochs = claims.map((claim) => claim.lease_epoch);
  const { numAffectedRows } = await sql`
    update batches b
    set stage = ${move.stage}, due_at = now() + ${move.dueInMs ?? 0} * interval '1 ms',
        lease_owner = null, lease_until = null, last_error = ${move.error ?? null}
    from unnest(${ids}::text[], ${epochs}::int[]) as c(batch_id, epoch)
    where b.batch_id = c.batch_id and b.lease_epoch = c.epoch and b.lease_owner is not null`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Moves batches from wherever they wait to a stage, since the chain has told so. */
export async function moveByFact(
  db: Db,
  batchIds: readonly BatchId[],
  move: Move & { readonly from: readonly BatchStage[] },
): Promise<void> {
  await sql`
    update batches
    set stage = ${move.stage}, due_at = now() + ${move.dueInMs ?? 0} * interval '1 ms', attempts = 0,
        lease_owner = null, lease_until = null, lease_epoch = lease_epoch + 1,
        last_error = coalesce(${move.error ?? null}::text, last_error)
    where batch_id = any(${batchIds}::text[]) and stage = any(${move.from}::text[])`.execute(db);
}

/** Notes where on chain batches were reserved, settled or expired. */
export async function markOnChain(
  db: Db,
  column: "reserved_at" | "settled_at" | "expired_at",
  marks: readonly { readonly batchId: BatchId; readonly reference: ChainReference }[],
): Promise<void> {
  const ids = marks.map((mark) => mark.batchId);
  const references = marks.map((mark) => JSON.stringify(mark.reference));
  await sql`
    update batches b set ${sql.ref(column)} = m.reference
    from unnest(${ids}::text[], ${references}::jsonb[]) as m(batch_id, reference)
    where b.batch_id = m.batch_id`.execute(db);
}

/** Stores the payee's signed answer; the first one stays for ever. Answers false if another is stored. */
export async function saveOutcome(
  db: Db,
  outcome: { batchId: BatchId; rejections: string; signature: Signature },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("batches")
    .set({ rejections: outcome.rejections, outcome_signature: outcome.signature })
    .where("batch_id", "=", outcome.batchId)
    .where((where) =>
      where.or([where("rejections", "is", null), where("rejections", "=", outcome.rejections)]),
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
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
    .where("stage", "in", [...query.stages])
    .where(query.deadline, "<=", query.timestamp)
    .limit(200)
    .execute();
}

/** Of `batchIds`, those that are ours. */
export async function knownBatches(db: Db, batchIds: readonly BatchId[]) {
  if (batchIds.length === 0) return [];
  return db
    .selectFrom("batches as b")
    .innerJoin("wholesale_quotes as w", "w.quote_hash", "b.quote_hash")
    .select(["b.batch_id", "b.stage", "w.message as quote"])
    .where("b.batch_id", "in", [...batchIds])
    .execute();
}

/** Batches that wait in some stages for the chain, past the time at which they are looked at again. */
export async function findStale(
  db: Db,
  stages: readonly string[],
): Promise<{ batch_id: BatchId; stage: BatchStage }[]> {
  return db
    .selectFrom("batches")
    .select(["batch_id", "stage"])
    .where("stage", "in", stages as BatchStage[])
    .where(sql<boolean>`due_at < now()`)
    .limit(200)
    .execute();
}
