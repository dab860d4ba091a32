import { type RawBuilder, type Selectable, sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { PaymentDetails } from "../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "./open-database.ts";
import { queueWritten, writeSteps } from "./steps.ts";
import type { TransferTable } from "./tables/transfers.ts";

export type StoredTransfer = Selectable<TransferTable>;

export interface NewTransfer {
  readonly participantId: ParticipantId;
  readonly batchId: BatchId;
  readonly index: number;
  readonly uetr: Uetr;
  readonly quoteId: string;
  readonly commitment: string;
  readonly sendMinor: bigint;
  readonly receiveMinor: bigint;
  readonly details: PaymentDetails;
  readonly salt: string;
}

/**
 * Stores transfers of batches in `placed` (batch_id), each with its first step and its place in the outbox, as parts of a
 * statement named `stored`, `written` and `queued`. A UETR that its wallet has used before is not stored again.
 */
export function storingOf(transfers: readonly NewTransfer[]): RawBuilder<unknown> {
  const column = <K extends keyof NewTransfer>(key: K) =>
    transfers.map((transfer) => transfer[key]);
  return sql`
    stored as (
      insert into transfers (participant_id, batch_id, batch_index, uetr, quote_id, commitment,
        send_minor, receive_minor, details, salt, state)
      select t.*, 'accepted'
      from unnest(${column("participantId")}::text[], ${column("batchId")}::text[],
        ${column("index")}::int[], ${column("uetr")}::text[], ${column("quoteId")}::uuid[],
        ${column("commitment")}::text[], ${column("sendMinor").map(String)}::numeric[],
        ${column("receiveMinor").map(String)}::numeric[],
        ${column("details").map((details) => JSON.stringify(details))}::jsonb[],
        ${column("salt")}::text[]) as t(participant_id, batch_id)
      where batch_id in (select batch_id from placed)
      on conflict do nothing
      returning batch_id, batch_index, 1 as version
    ), written as (
      ${writeSteps(sql`stored`, { state: "accepted" })}
    ), queued as (
      ${queueWritten()}
    )`;
}

/** What a batch's chain calls and credit instructions are made of, per batch in order of index. */
export async function findInstructions(db: Db, batchIds: readonly BatchId[]) {
  return db
    .selectFrom("transfers")
    .select(["batch_id", "batch_index", "commitment", "send_minor", "receive_minor"])
    .where(sql<boolean>`batch_id = any(${batchIds}::text[])`)
    .orderBy("batch_id")
    .orderBy("batch_index")
    .execute();
}

/** Batches' transfers with what opens their commitments, per batch in order of index. */
export async function findWholeTransfers(
  db: Db,
  batchIds: readonly BatchId[],
): Promise<StoredTransfer[]> {
  return db
    .selectFrom("transfers")
    .selectAll()
    .where(sql<boolean>`batch_id = any(${batchIds}::text[])`)
    .orderBy("batch_id")
    .orderBy("batch_index")
    .execute();
}

/** A step as a transfer is read with it: version, state, reason, and when, as ISO 8601. */
export type ReadStep = readonly [number, TransferState, string | null, string];

/** A transfer's steps, oldest first: of one snapshot with its state. */
const STEPS = sql<ReadStep[]>`(
  select coalesce(json_agg(json_build_array(e.version, e.state, e.reason, e.at) order by e.version), '[]')
  from transfer_events e where e.batch_id = t.batch_id and e.places @> t.batch_index)`;

function withBatch(db: Db) {
  return db
    .selectFrom("transfers as t")
    .innerJoin("batches as b", "b.batch_id", "t.batch_id")
    .innerJoin("wholesale_quotes as w", "w.quote_hash", "b.quote_hash")
    .select(["t.participant_id", "t.uetr", "t.state", "t.version", "t.reason", "t.batch_id"])
    .select(["t.batch_index", "t.send_minor", "t.receive_minor", "t.accepted_at", "t.returned_at"])
    .select(["b.corridor_id", "b.rejections", "b.outcome_signature", "b.stage"])
    .select(["b.reserved_at", "b.settled_at", "b.expired_at", "w.rate_major"])
    .select(STEPS.as("steps"));
}

export type TransferView = Awaited<ReturnType<ReturnType<typeof withBatch>["execute"]>>[number];

/** One wallet's transfer, or undefined: a foreign id looks like a missing one. */
export async function findTransfer(
  db: Db,
  key: { readonly participantId: ParticipantId; readonly uetr: string },
): Promise<TransferView | undefined> {
  return withBatch(db)
    .where("t.participant_id", "=", key.participantId)
    .where("t.uetr", "=", key.uetr as Uetr)
    .executeTakeFirst();
}

/** The transfers of some batches, as their wallets may see them, per batch in order of index. */
export async function findTransfersOfBatches(
  db: Db,
  batchIds: readonly BatchId[],
): Promise<TransferView[]> {
  return withBatch(db)
    .where(sql<boolean>`t.batch_id = any(${batchIds}::text[])`)
    .orderBy("t.batch_id")
    .orderBy("t.batch_index")
    .execute();
}

/** A wallet's transfers, newest first, behind one of them. */
export async function listTransfers(
  db: Db,
  query: {
    readonly participantId: ParticipantId;
    readonly state?: TransferState;
    /** Accepted at or after this time, and before that one. */
    readonly from?: Date;
    readonly to?: Date;
    /** The transfer behind which the page begins. */
    readonly after?: Uetr;
    readonly limit: number;
  },
): Promise<TransferView[]> {
  let list = withBatch(db).where("t.participant_id", "=", query.participantId);
  if (query.state) list = list.where("t.state", "=", query.state);
  if (query.from) list = list.where("t.accepted_at", ">=", query.from);
  if (query.to) list = list.where("t.accepted_at", "<", query.to);
  if (query.after !== undefined) {
    list = list.where(
      // Written as two values, which the index can be entered by; as one row of a query it would be read from its end.
      sql<boolean>`(t.accepted_at, t.uetr) < ((select accepted_at from transfers
        where participant_id = ${query.participantId} and uetr = ${query.after}), ${query.after})`,
    );
  }
  return list
    .orderBy("t.accepted_at", "desc")
    .orderBy("t.uetr", "desc")
    .limit(query.limit)
    .execute();
}

/** The states of a batch's transfers. */
export async function findStates(db: Db, batchId: BatchId): Promise<TransferState[]> {
  const rows = await db
    .selectFrom("transfers")
    .select("state")
    .where("batch_id", "=", batchId)
    .execute();
  return rows.map((row) => row.state);
}

/** What never changes about some transfers. */
export async function findTransferFacts(
  db: Db,
  keys: readonly { readonly participantId: ParticipantId; readonly uetr: string }[],
) {
  const participants = keys.map((key) => key.participantId);
  const uetrs = keys.map((key) => key.uetr);
  const { rows } = await sql<
    Pick<
      TransferView,
      | "participant_id"
      | "uetr"
      | "send_minor"
      | "receive_minor"
      | "batch_id"
      | "batch_index"
      | "corridor_id"
      | "rate_major"
    >
  >`
    select distinct t.participant_id, t.uetr, t.send_minor, t.receive_minor, t.batch_id,
      t.batch_index, b.corridor_id, w.rate_major
    from unnest(${participants}::text[], ${uetrs}::text[]) as k(participant_id, uetr)
    join transfers t on t.participant_id = k.participant_id and t.uetr = k.uetr
    join batches b on b.batch_id = t.batch_id
    join wholesale_quotes w on w.quote_hash = b.quote_hash`.execute(db);
  return rows;
}
