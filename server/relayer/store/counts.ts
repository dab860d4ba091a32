import { sql } from "kysely";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Db } from "./open-database.ts";
import type { BatchStage } from "./tables/transfers.ts";

/** How many transfers are in each state. */
export async function countByState(db: Db): Promise<{ state: TransferState; count: number }[]> {
  const { rows } = await sql<{ state: TransferState; count: number }>`
    select state, count(*)::int as count from transfers group by state`.execute(db);
  return rows;
}

/** How many batches wait in each stage, and for how long the oldest one has been due. */
export async function countByStage(
  db: Db,
): Promise<{ stage: BatchStage; count: number; oldestSeconds: number }[]> {
  const { rows } = await sql<{ stage: BatchStage; count: number; oldestSeconds: number }>`
    select stage, count(*)::int as count,
      greatest(0, extract(epoch from now() - min(due_at)))::float8 as "oldestSeconds"
    from batches where stage <> 'done' group by stage`.execute(db);
  return rows;
}
