import type { Bench } from "./bench.ts";

/** Ends the sessions that hold up others, as the runbook finds them. */
export async function endBlockingSessions(query: Bench["query"]): Promise<void> {
  await query(`select pg_terminate_backend(pid) from pg_stat_activity
    where pid in (select unnest(pg_blocking_pids(pid)) from pg_stat_activity)`);
}
