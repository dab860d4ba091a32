import { type RawBuilder, sql } from "kysely";
import type { TransferState } from "../../../protocol/transfer-state.ts";

/** Steps in a row of the outbox, at most, but for what one batch adds. */
const BUNDLE = 500;

/**
 * The part of a statement that writes what transfers have come to, from `changed` (batch_id, batch_index, version): those of a batch
 * that have taken as many steps before share one. Returns what `queueWritten` reads.
 */
export const writeSteps = (
  changed: RawBuilder<unknown>,
  { state, reason = null }: { readonly state: TransferState; readonly reason?: string | null },
) => sql`
  insert into transfer_events (batch_id, version, state, reason, places, count)
  select batch_id, version, ${state}, ${reason}::text,
    range_agg(int4range(batch_index, batch_index + 1)), count(*)
  from ${changed} group by batch_id, version order by batch_id, version
  returning position, count`;

/**
 * The end of a statement that has written steps, as `written` (position, count): they wait for the audit log in bundles,
 * small enough that a commit of the log stays short. `left` is an object of how many transfers they led on from each state.
 */
export const queueWritten = (left: RawBuilder<unknown> = sql`null::jsonb`) => sql`
  insert into outbox (event_positions, steps, left_states)
  select array_agg(position order by position), sum(count), case when bundle = 0 then ${left} end
  from (select position, count,
    (sum(count) over (order by position) - count) / ${sql.lit(BUNDLE)} as bundle from written) as numbered
  group by bundle order by bundle`;
