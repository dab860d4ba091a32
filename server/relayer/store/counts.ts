import { sql } from "kysely";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Db } from "./open-database.ts";
import type { BatchStage } from "./tables/transfers.ts";

/** Adds to how many transfers are in each state; whoever calls it writes the audit log, alone, in the same commit. */
export async function addToCounts(
  db: Db,
  changes: ReadonlyMap<TransferState, number>,
): Promise<void> {
  if (changes.size === 0) return;
  await sql`
    insert into transfer_counts (state, count)
    select * from unnest(${[...changes.keys()]}::text[], ${[...changes.values()]}::bigint[])
    on conflict (state) do update set count = transfer_counts.count + excluded.count`.execute(db);
}

/** How many transfers are in each state, as far as the audit log is written. */
export async function readStateCounts(
  db: Db,
): Promise<{ readonly state: TransferState; readonly count: bigint }[]> {
  return db.selectFrom("transfer_counts").selectAll().execute();
}

/**
 * How many batches wait in each stage, and how long ago the oldest one was accepted, or could be released. Each try puts a
 * batch's due time off, so that tells nothing of how long it waits. What an operator has parked waits for the operator.
 */
export async function countByStage(
  db: Db,
): Promise<{ stage: BatchStage; count: number; oldestSeconds: number }[]> {
  const { rows } = await sql<{ stage: BatchStage; count: number; oldestSeconds: number }>`
    select stage, count(*)::int as count,
      coalesce(greatest(0, extract(epoch from now() - min(
        case when stage in ('expire', 'expiring') then to_timestamp(settle_until::float8)
        else accepted_at end
      ) filter (where due_at < now() + interval '50 years'))), 0)::float8 as "oldestSeconds"
    from batches where stage <> 'done' group by stage`.execute(db);
  return rows;
}
