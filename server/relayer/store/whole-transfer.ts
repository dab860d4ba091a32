import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";
import type { StoredCall, TransactionPurpose } from "./tables/chain.ts";
import type { TransferKey } from "./transfer-search.ts";

/** Acts that one page shows. */
const MAX_ACTS = 100;
/** Deliveries of one transfer: ten endpoints, and as many steps. */
const MAX_DELIVERIES = 200;

/** The batch that a transfer is in: what is told of it is found with what is told of the others. */
const batchOf = ({ participantId, uetr }: TransferKey) => sql<BatchId>`(
  select batch_id from transfers where participant_id = ${participantId} and uetr = ${uetr})`;

/** A transfer's journal entries, oldest first. */
export async function listEntriesOf(db: Db, key: TransferKey) {
  return db
    .selectFrom("journal_entries")
    .selectAll()
    .where("batch_id", "=", batchOf(key))
    .where("participant_id", "=", key.participantId)
    .where("uetr", "=", key.uetr)
    .orderBy("position")
    .execute();
}

export interface NumberedEntry {
  readonly seq: bigint;
  readonly entry: string;
  readonly hash: string;
}

/** The audit log's entries about a transfer, in order. */
export async function listAuditOf(db: Db, key: TransferKey): Promise<NumberedEntry[]> {
  const { rows } = await sql<NumberedEntry>`
    select seq, entry, encode(hash, 'hex') as hash from audit_entries
    where batch_id = ${batchOf(key)} and entry::jsonb ->> 'uetr' = ${key.uetr}
    order by seq`.execute(db);
  return rows;
}

/** What people and the relayer did, the newest first: all of it, or about some subjects. */
export async function listActs(
  db: Db,
  {
    subjects,
    limit = MAX_ACTS,
  }: { readonly subjects?: readonly string[]; readonly limit?: number },
): Promise<NumberedEntry[]> {
  const about = subjects ? sql`and entry::jsonb ->> 'subject' = any(${subjects}::text[])` : sql``;
  const { rows } = await sql<NumberedEntry>`
    select seq, entry, encode(hash, 'hex') as hash from audit_entries where kind = 'act' ${about}
    order by seq desc limit ${limit}`.execute(db);
  return rows;
}

/** A chain transaction that carries, or carried, a call for a batch. */
export interface CarryingTransaction {
  readonly lane: string;
  readonly nonce: bigint;
  readonly hash: string;
  readonly purpose: TransactionPurpose;
  readonly calls: StoredCall[];
  readonly signed_at: Date;
  readonly mined_block: bigint | null;
}

/** Those that the chain has named, and those under way; what was packed anew and never mined is not looked for. */
export async function listTransactionsOf(
  db: Db,
  batch: { readonly batchId: BatchId; readonly hashes: readonly string[] },
): Promise<CarryingTransaction[]> {
  const call = JSON.stringify([{ batchId: batch.batchId }]);
  const { rows } = await sql<CarryingTransaction>`
    select lane, nonce, hash, purpose, calls, signed_at, mined_block from chain_transactions
    where hash = any(${batch.hashes}::text[])
    union
    select t.lane, t.nonce, r.hash, t.purpose, t.calls, t.signed_at, t.mined_block
    from replaced_transactions r
    join chain_transactions t on t.lane = r.lane and t.nonce = r.nonce
    where r.hash = any(${batch.hashes}::text[])
    union
    select lane, nonce, hash, purpose, calls, signed_at, mined_block from chain_transactions
    where mined_block is null and calls @> ${call}::jsonb
    order by signed_at, nonce`.execute(db);
  return rows;
}

/** A webhook delivery of one of a transfer's steps, with where it goes and how its last attempt went. */
export interface StepDelivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly endpoint_state: "active" | "disabled";
  readonly seq: bigint;
  readonly state: "pending" | "delivered" | "dead";
  readonly attempts: number;
  readonly due_at: Date;
  readonly delivered_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** The deliveries of some audit entries of a participant. */
export async function listDeliveriesOf(
  db: Db,
  of: { readonly participantId: string; readonly seqs: readonly bigint[] },
): Promise<StepDelivery[]> {
  const { rows } = await sql<StepDelivery>`
    select d.id, d.endpoint_id, e.url, e.state as endpoint_state, d.seq, d.state, d.attempts,
      d.due_at, d.delivered_at, a.status as last_status, a.error as last_error
    from webhook_endpoints e
    join webhook_deliveries d on d.endpoint_id = e.id and d.seq = any(${of.seqs.map(String)}::bigint[])
    left join webhook_attempts a on a.delivery_id = d.id and a.attempt = d.attempts
    where e.participant_id = ${of.participantId}
    order by d.seq, e.created_at limit ${MAX_DELIVERIES}`.execute(db);
  return rows;
}

/** The batch that a transfer is in, as the queue holds it, and the payer's payment details with their salt. */
export async function findWholeTransfer(db: Db, key: TransferKey) {
  return db
    .selectFrom("transfers as t")
    .innerJoin("batches as b", "b.batch_id", "t.batch_id")
    .select(["t.details", "t.commitment", "t.batch_id", "t.batch_index"])
    .select(["b.stage", "b.attempts", "b.last_error", "b.due_at", "b.count"])
    .select(["b.valid_until", "b.settle_until", "b.quote_hash"])
    .select(["b.reserved_at", "b.settled_at", "b.expired_at", "t.returned_at"])
    .where("t.participant_id", "=", key.participantId)
    .where("t.uetr", "=", key.uetr)
    .executeTakeFirst();
}
