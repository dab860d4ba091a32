import { type SqlBool, sql } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "./open-database.ts";

/** Names one transfer: a UETR is unique to its payer. */
export interface TransferKey {
  readonly participantId: ParticipantId;
  readonly uetr: Uetr;
}

/** What is looked for among everybody's transfers; what is absent does not matter. */
export interface TransferSearch {
  readonly uetr?: string;
  readonly reference?: string;
  readonly batchId?: string;
  readonly participantId?: ParticipantId;
  readonly states?: readonly TransferState[];
  /** Accepted at or after this time, and before that one. */
  readonly from?: Date;
  readonly to?: Date;
}

/** A transfer as a list shows it: nothing of it is personal. */
export interface FoundTransfer {
  readonly participant_id: ParticipantId;
  readonly uetr: Uetr;
  readonly state: TransferState;
  readonly reason: string | null;
  readonly batch_id: BatchId;
  readonly corridor_id: CorridorId;
  readonly send_minor: bigint;
  readonly receive_minor: bigint;
  readonly reference: string;
  readonly accepted_at: Date;
  /** When its present state was reached. */
  readonly changed_at: Date;
}

function conditionsOf(search: TransferSearch, after?: TransferKey) {
  const { uetr, reference, batchId, participantId, states, from, to } = search;
  return [
    uetr !== undefined && sql<SqlBool>`t.uetr = ${uetr}`,
    reference !== undefined && sql<SqlBool>`t.details ->> 'endToEndId' = ${reference}`,
    batchId !== undefined && sql<SqlBool>`t.batch_id = ${batchId}`,
    participantId !== undefined && sql<SqlBool>`t.participant_id = ${participantId}`,
    states !== undefined && sql<SqlBool>`t.state = any(${states}::text[])`,
    from !== undefined && sql<SqlBool>`t.accepted_at >= ${from}`,
    to !== undefined && sql<SqlBool>`t.accepted_at < ${to}`,
    after !== undefined &&
      sql<SqlBool>`(t.accepted_at, t.uetr, t.participant_id) < (
        select accepted_at, uetr, participant_id from transfers
        where participant_id = ${after.participantId} and uetr = ${after.uetr})`,
  ].filter((condition) => condition !== false);
}

/**
 * Transfers, the newest first, behind one of them. A UETR is looked up with each of `payers`, since the index begins with
 * them.
 */
export async function searchTransfers(
  db: Db,
  search: TransferSearch,
  page: {
    readonly payers: readonly ParticipantId[];
    readonly after?: TransferKey | undefined;
    readonly limit: number;
  },
): Promise<FoundTransfer[]> {
  const conditions = conditionsOf(search, page.after);
  if (search.uetr !== undefined && search.participantId === undefined) {
    conditions.push(sql<SqlBool>`t.participant_id = any(${page.payers}::text[])`);
  }
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  const { rows } = await sql<FoundTransfer>`
    with found as (
      select t.participant_id, t.uetr, t.version, t.state, t.reason, t.batch_id, t.batch_index,
        t.send_minor, t.receive_minor, t.details ->> 'endToEndId' as reference, t.accepted_at
      from transfers t ${where}
      order by t.accepted_at desc, t.uetr desc, t.participant_id desc limit ${page.limit}
    )
    select f.participant_id, f.uetr, f.state, f.reason, f.batch_id, b.corridor_id, f.send_minor,
      f.receive_minor, coalesce(f.reference, '') as reference, f.accepted_at, e.at as changed_at
    from found f
    join batches b on b.batch_id = f.batch_id
    join transfer_events e
      on e.batch_id = f.batch_id and e.version = f.version and e.places @> f.batch_index
    order by f.accepted_at desc, f.uetr desc, f.participant_id desc`.execute(db);
  return rows;
}

/** Whether there is such a transfer: a cursor that names none was never given out. */
export async function transferExists(db: Db, key: TransferKey): Promise<boolean> {
  const row = await db
    .selectFrom("transfers")
    .select("uetr")
    .where("participant_id", "=", key.participantId)
    .where("uetr", "=", key.uetr)
    .executeTakeFirst();
  return row !== undefined;
}
