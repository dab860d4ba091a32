import { sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import {
  sourcesOf,
  type TransferFact,
  type TransferState,
  targetOf,
} from "../../../protocol/transfer-state.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "./open-database.ts";
import { queueWritten, writeSteps } from "./steps.ts";

/** Something learnt about some or all transfers of some batches. */
export interface LearntFact {
  readonly fact: TransferFact;
  readonly batchIds: readonly BatchId[];
  /** Only these positions in the batch; all when absent. */
  readonly indexes?: readonly number[];
  /** Only transfers in these states; wherever the fact leads on when absent. */
  readonly fromStates?: readonly TransferState[];
  readonly reason?: string;
}

export interface ChangedTransfer {
  readonly participant_id: ParticipantId;
  readonly uetr: Uetr;
  readonly batch_id: BatchId;
}

/** What the changed transfers were before: an update returns what it has written, and it has written that. */
const LEFT = sql`(
  select jsonb_object_agg(state_before, count)
  from (select state_before, count(*) as count from changed group by state_before) as before)`;

/**
 * Moves every transfer that a fact concerns along the state graph, writes its step and queues it for the audit log, in
 * one statement.
 * Transfers for which the fact is no edge of the graph stay as they are: it is known already, or a caller that
 * must tell a contradiction reads the states. Answers what changed.
 */
export async function recordFact(db: Db, learnt: LearntFact): Promise<ChangedTransfer[]> {
  const target = targetOf(learnt.fact);
  const { fromStates } = learnt;
  const sources = sourcesOf(learnt.fact).filter((state) => fromStates?.includes(state) ?? true);
  const reason = learnt.reason ?? null;
  const only = learnt.indexes ? sql`and batch_index = any(${learnt.indexes}::int[])` : sql``;
  const { rows } = await sql<ChangedTransfer>`
    with changed as (
      update transfers
      set state = ${target}, state_before = state, version = version + 1, reason = coalesce(${reason}::text, reason)
      where batch_id = any(${learnt.batchIds}::text[]) and state = any(${sources}::text[]) ${only}
      returning participant_id, uetr, batch_id, batch_index, version, state_before
    ), written as (
      ${writeSteps(sql`changed`, { state: target, reason })}
    ), queued as (
      ${queueWritten(LEFT)}
    )
    select participant_id, uetr, batch_id from changed`.execute(db);
  return rows;
}
