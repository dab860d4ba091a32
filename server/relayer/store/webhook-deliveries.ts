import { sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Db } from "./open-database.ts";

/**
 * Makes out a delivery for each step that an active endpoint has not been given yet, and moves its cursor behind them;
 * answers how many. Two instances at once make each out once.
 */
export async function makeOutDeliveries(db: Db, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with behind as (
      select e.id, e.participant_id, e.cursor_seq from webhook_endpoints e, audit_head h
      where e.state = 'active' and e.cursor_seq < h.seq
      order by e.cursor_seq limit 100 for update of e skip locked
    ), steps as (
      select b.id, s.seq, s.participant_id from behind b cross join lateral (
        select seq, participant_id from audit_entries a
        where a.participant_id = b.participant_id and a.seq > b.cursor_seq
        order by a.seq limit ${limit}
      ) as s
    ), made as (
      insert into webhook_deliveries (endpoint_id, seq) select id, seq from steps
      on conflict do nothing returning endpoint_id
    ), moved as (
      update webhook_endpoints e
      set cursor_seq = case when n.count = ${limit} then n.last else greatest(n.last, h.seq) end
      from audit_head h, (
        select b.id, count(s.seq) as count, coalesce(max(s.seq), b.cursor_seq) as last
        from behind b left join steps s on s.id = b.id group by b.id, b.cursor_seq
      ) as n
      where e.id = n.id
    )
    select count(*)::int as count from made`.execute(db);
  return rows[0]?.count ?? 0;
}

/** A delivery that is due, with everything that its body says. */
export interface DueDelivery {
  readonly id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly secret: string;
  /** The secret before, while it still signs. */
  readonly previous_secret: string | null;
  readonly attempts: number;
  readonly tries: number;
  /** The audit entry's text: which transfer, which step. */
  readonly entry: string;
  readonly participant_id: ParticipantId;
}

/**
 * Takes due deliveries, at most a few for each endpoint, so that a slow receiver holds nobody else up. Each is leased:
 * when its instance is gone it becomes due again, and the receiver tells the repetition by its id. Those under way are the
 * ones that have been due for longest, so that no more than the first few are looked at, however many wait.
 */
export async function claimDeliveries(
  db: Db,
  { perEndpoint, leaseMs }: { perEndpoint: number; leaseMs: number },
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueDelivery>`
    with due as (
      select d.id from webhook_endpoints e cross join lateral (
        select id, lease_until from webhook_deliveries
        where endpoint_id = e.id and state = 'pending' and due_at <= now()
        order by due_at, seq limit ${perEndpoint}
        for update skip locked
      ) as d
      where e.state = 'active' and (d.lease_until is null or d.lease_until < now())
    )
    update webhook_deliveries d
    set lease_until = now() + ${leaseMs} * interval '1 ms', attempts = d.attempts + 1,
        tries = d.tries + 1
    from due, webhook_endpoints e, audit_entries a
    where d.id = due.id and e.id = d.endpoint_id and a.seq = d.seq
    returning d.id, d.endpoint_id, e.url, e.secret, d.attempts, d.tries, a.entry, a.participant_id,
      case when e.previous_secret_until > now() then e.previous_secret end as previous_secret`.execute(
    db,
  );
  return rows;
}

export interface Attempt {
  readonly id: string;
  readonly attempt: number;
  readonly status?: number;
  readonly error?: string;
  readonly durationMs: number;
}

/** Stores how an attempt went and what follows from it: delivered, dead, or due again. */
export async function saveAttempt(
  db: Db,
  { id, attempt, status, error, durationMs }: Attempt,
  next: { readonly state: "delivered" | "dead" } | { readonly dueInMs: number },
): Promise<void> {
  await db
    .insertInto("webhook_attempts")
    .values({
      delivery_id: id,
      attempt,
      status: status ?? null,
      error: error ?? null,
      duration_ms: durationMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const [state, dueInMs] = "state" in next ? [next.state, 0] : (["pending", next.dueInMs] as const);
  await sql`
    update webhook_deliveries
    set state = ${state}, due_at = now() + ${dueInMs} * interval '1 ms', lease_until = null,
        delivered_at = case when ${state} = 'delivered' then now() else delivered_at end
    where id = ${id} and state = 'pending'`.execute(db);
}

/** An endpoint's deliveries after a step, oldest first, each with its attempts. */
export async function listDeliveries(
  db: Db,
  query: { readonly endpointId: string; readonly after: bigint; readonly limit: number },
) {
  const deliveries = await db
    .selectFrom("webhook_deliveries as d")
    .innerJoin("audit_entries as a", "a.seq", "d.seq")
    .select(["d.id", "d.seq", "d.state", "d.due_at", "a.entry"])
    .where("d.endpoint_id", "=", query.endpointId)
    .where("d.seq", ">", query.after)
    .orderBy("d.seq")
    .limit(query.limit)
    .execute();
  const ids = deliveries.map(({ id }) => id);
  const attempts =
    ids.length === 0
      ? []
      : await db
          .selectFrom("webhook_attempts")
          .selectAll()
          .where("delivery_id", "in", ids)
          .orderBy("attempt")
          .execute();
  return deliveries.map((delivery) => ({
    ...delivery,
    attempts: attempts.filter((each) => each.delivery_id === delivery.id),
  }));
}

/** Makes one delivery due again, whatever became of it; answers whether there is such a one. */
export async function renewDelivery(
  db: Db,
  { endpointId, id }: { endpointId: string; id: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("webhook_deliveries")
    .set({ state: "pending", tries: 0, due_at: sql<Date>`now()`, lease_until: null })
    .where("id", "=", id)
    .where("endpoint_id", "=", endpointId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Makes dead deliveries due again; answers how many of them still were dead. */
export async function renewDeadDeliveries(db: Db, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await db
    .updateTable("webhook_deliveries")
    .set({ state: "pending", tries: 0, due_at: sql<Date>`now()`, lease_until: null })
    .where("id", "in", [...ids])
    .where("state", "=", "dead")
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Makes every step from a place or a time due, again or for the first time; answers how many. */
export async function replayDeliveries(
  db: Db,
  endpoint: { readonly id: string; readonly participantId: ParticipantId },
  start: { readonly seq: bigint } | { readonly at: string },
): Promise<number> {
  const from =
    "seq" in start ? sql`a.seq >= ${start.seq}` : sql`a.entry::jsonb ->> 'at' >= ${start.at}`;
  const { rows } = await sql<{ count: number }>`
    with renewed as (
      insert into webhook_deliveries (endpoint_id, seq)
      select ${endpoint.id}::uuid, a.seq from audit_entries a
      where a.participant_id = ${endpoint.participantId} and ${from}
      on conflict (endpoint_id, seq) do update
      set state = 'pending', tries = 0, due_at = now(), lease_until = null
      returning id
    ) select count(*)::int as count from renewed`.execute(db);
  return rows[0]?.count ?? 0;
}
