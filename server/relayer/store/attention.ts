import { sql } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";
import type { BatchStage } from "./tables/transfers.ts";

/** Batches that should have gone on by now and wait for the same thing: one corridor's, in one stage, with one story. */
export interface OverdueBatches {
  readonly participant_id: ParticipantId;
  readonly corridor_id: CorridorId;
  readonly stage: BatchStage;
  readonly parked: boolean;
  readonly last_error: string | null;
  readonly batches: number;
  readonly transfers: number;
  readonly attempts: number;
  readonly oldest: Date;
  /** One of them, for when it is the only one. */
  readonly batch_id: BatchId;
}

/** Batches that were accepted so long ago and are not done, the oldest story first. Only work under way is looked through. */
export async function listOverdue(
  db: Db,
  { seconds, limit }: { readonly seconds: number; readonly limit: number },
): Promise<OverdueBatches[]> {
  const { rows } = await sql<OverdueBatches>`
    select participant_id, corridor_id, stage, parked, last_error, count(*)::int as batches,
      sum(count)::int as transfers, max(attempts) as attempts, min(accepted_at) as oldest,
      min(batch_id) as batch_id
    from (
      select *, due_at > now() + interval '50 years' as parked from batches
      where stage <> 'done' and accepted_at < now() - ${seconds} * interval '1 second'
    ) as late
    group by participant_id, corridor_id, stage, parked, last_error
    order by min(accepted_at) limit ${limit}`.execute(db);
  return rows;
}

/** Makes a corridor's overdue batches of a stage due now, but for those that somebody works on; answers how many. */
export async function unparkOverdue(
  db: Db,
  of: { readonly corridorId: CorridorId; readonly stage: string; readonly seconds: number },
  note: string,
): Promise<number> {
  const { numAffectedRows } = await sql`
    update batches set due_at = now(), attempts = 0, last_error = ${note}
    where stage <> 'done' and stage = ${of.stage} and corridor_id = ${of.corridorId}
      and accepted_at < now() - ${of.seconds} * interval '1 second'
      and (lease_until is null or lease_until < now())`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** What waits for one endpoint, or was given up. */
export interface EndpointBacklog {
  readonly endpoint_id: string;
  readonly participant_id: ParticipantId;
  readonly url: string;
  readonly state: "active" | "disabled";
  readonly disabled_reason: string | null;
  readonly pending: number;
  readonly dead: number;
  /** Deliveries that have failed at least once. */
  readonly failing: number;
  readonly oldest: Date | null;
}

/** Endpoints with something that waits or was given up, the longest waiting first. */
export async function listBacklogs(db: Db, limit: number): Promise<EndpointBacklog[]> {
  const { rows } = await sql<EndpointBacklog>`
    select e.id as endpoint_id, e.participant_id, e.url, e.state, e.disabled_reason,
      coalesce(p.pending, 0) as pending, coalesce(p.failing, 0) as failing,
      coalesce(x.dead, 0) as dead, p.oldest
    from webhook_endpoints e
    left join (
      select endpoint_id, count(*)::int as pending, (count(*) filter (where tries > 0))::int as failing,
        min(created_at) as oldest
      from webhook_deliveries where state = 'pending' group by endpoint_id
    ) as p on p.endpoint_id = e.id
    left join (
      select endpoint_id, count(*)::int as dead from webhook_deliveries
      where state = 'dead' group by endpoint_id
    ) as x on x.endpoint_id = e.id
    where p.pending > 0 or x.dead > 0 or e.state = 'disabled'
    order by p.oldest nulls last, e.id limit ${limit}`.execute(db);
  return rows;
}

/** Deliveries of an endpoint that were given up, the oldest first. */
export async function listDead(
  db: Db,
  { endpointId, limit }: { readonly endpointId: string; readonly limit: number },
) {
  return db
    .selectFrom("webhook_deliveries")
    .select(["id", "seq", "attempts"])
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", "dead")
    .orderBy("seq")
    .limit(limit)
    .execute();
}

/** A lane's nonces, and how long ago the oldest chain transaction that is not mined was first signed. */
export interface LaneStanding {
  readonly lane: string;
  readonly next_nonce: bigint;
  readonly in_flight: number;
  readonly oldest_seconds: number;
}

export async function listLanes(db: Db): Promise<LaneStanding[]> {
  const { rows } = await sql<LaneStanding>`
    select l.lane, l.next_nonce, count(t.nonce)::int as in_flight,
      coalesce(greatest(0, extract(epoch from now() - min(t.created_at))), 0)::float8 as oldest_seconds
    from nonce_lanes l
    left join chain_transactions t on t.lane = l.lane and t.mined_block is null
    group by l.lane, l.next_nonce order by l.lane`.execute(db);
  return rows;
}
