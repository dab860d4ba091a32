import { sql } from "kysely";
import type { Db } from "./open-database.ts";

/** What an operator is told of first: counts of what needs people, and of what waits to leave. */
export interface OversightCounts {
  readonly halts: readonly { readonly scope: string }[];
  readonly cases: readonly { readonly kind: string; readonly count: number }[];
  readonly webhooks: readonly { readonly state: string; readonly count: number }[];
  /** Steps and acts that are not in the audit log yet. */
  readonly outbox: number;
  /** Chain transactions by lane that no final block has shown. */
  readonly inFlight: readonly { readonly lane: string; readonly count: number }[];
}

export async function countOversight(db: Db): Promise<OversightCounts> {
  const halts = await db.selectFrom("halts").select("scope").execute();
  const { rows: cases } = await sql<{ kind: string; count: number }>`
    select kind, count(*)::int as count from cases where resolved_at is null group by kind`.execute(
    db,
  );
  const { rows: webhooks } = await sql<{ state: string; count: number }>`
    select state, count(*)::int as count from webhook_deliveries
    where state <> 'delivered' group by state`.execute(db);
  const { rows: inFlight } = await sql<{ lane: string; count: number }>`
    select lane, count(*)::int as count from chain_transactions
    where mined_block is null group by lane`.execute(db);
  const { rows: outbox } = await sql<{ count: number }>`
    select count(*)::int as count from outbox`.execute(db);
  return { halts, cases, webhooks, inFlight, outbox: outbox[0]?.count ?? 0 };
}
