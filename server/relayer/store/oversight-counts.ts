import { sql } from "kysely";
import type { Db } from "./open-database.ts";

/** What an operator is told of first: counts of what needs people, and of what waits to leave. */
export interface OversightCounts {
  readonly halts: readonly { readonly scope: string }[];
  readonly cases: readonly { readonly kind: string; readonly count: number }[];
  readonly webhooks: readonly { readonly state: string; readonly count: number }[];
  /** Steps and acts that are not in the audit log yet. */
  readonly outbox: number;
  /** Age of the oldest delivery that is pending; nil when there is none. */
  readonly oldestWebhookSeconds: number;
}

/** Dead deliveries stay until somebody has them sent again: beyond so many they are not counted at each scrape. */
const MOST_COUNTED = 100_000;

export async function countOversight(db: Db): Promise<OversightCounts> {
  const halts = await db.selectFrom("halts").select("scope").execute();
  const { rows: cases } = await sql<{ kind: string; count: number }>`
    select kind, count(*)::int as count from cases where resolved_at is null group by kind`.execute(
    db,
  );
  // Each half has an index of its own: what was delivered is most of the table.
  const { rows: webhooks } = await sql<{ state: string; count: number; oldestSeconds: number }>`
    select 'pending' as state, count(*)::int as count,
      coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestSeconds"
    from webhook_deliveries where state = 'pending'
    union all
    select 'dead', count(*)::int, 0 from (
      select 1 from webhook_deliveries where state = 'dead' limit ${MOST_COUNTED}) as dead`.execute(
    db,
  );
  const { rows: outbox } = await sql<{ count: number }>`
    select coalesce(sum(coalesce(steps, 1)), 0)::int as count from outbox`.execute(db);
  const pending = webhooks.find(({ state }) => state === "pending");
  return {
    halts,
    cases,
    webhooks,
    outbox: outbox[0]?.count ?? 0,
    oldestWebhookSeconds: pending?.oldestSeconds ?? 0,
  };
}
