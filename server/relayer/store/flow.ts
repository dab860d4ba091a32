import { sql } from "kysely";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { Db } from "./open-database.ts";

/** The newest steps that a reading looks at: it stays a reading of the last minutes however long the rail has run. */
export const NEWEST_STEPS = 200_000;
const NEWEST_ENTRIES = 200_000;

/** Steps of batches, the newest first, until there are so many of transfers. */
const newestSteps = sql`
  select batch_id, places, count, state, at from (
    select *, sum(count) over (order by position desc) - count as newer from transfer_events
    where position > (select coalesce(max(position), 0) - ${NEWEST_STEPS} from transfer_events)
  ) as numbered where newer < ${NEWEST_STEPS}`;

/** Times in seconds, from acceptance to the payee's signed answer as the relayer has it. */
export interface ConfirmationTimes {
  readonly count: number;
  /** The time within which each asked share lies, in the order asked; none without a transfer. */
  readonly seconds: readonly number[];
}

/** How long the transfers that were credited in the last minutes had taken, at some shares (0 to 1) of them. */
export async function readConfirmationTimes(
  db: Db,
  { minutes, shares }: { readonly minutes: number; readonly shares: readonly number[] },
): Promise<ConfirmationTimes> {
  const { rows } = await sql<{ count: number; seconds: number[] | null }>`
    select count(*)::int as count, percentile_cont(${shares}::float8[]) within group (
      order by extract(epoch from s.at - a.at)::float8) as seconds
    from (${newestSteps} and state = 'credited'
      and at > now() - ${minutes} * interval '1 minute') as s
    join transfer_events a
      on a.batch_id = s.batch_id and a.version = 1 and a.places @> lower(s.places)
    cross join generate_series(1, s.count)`.execute(db);
  const [row] = rows;
  return { count: row?.count ?? 0, seconds: row?.seconds ?? [] };
}

export interface MinuteCount {
  readonly minute: Date;
  readonly state: TransferState;
  readonly count: number;
}

/** How many transfers came into each state, minute by minute. */
export async function countByMinute(db: Db, minutes: number): Promise<MinuteCount[]> {
  const { rows } = await sql<MinuteCount>`
    select date_trunc('minute', at) as minute, state, sum(count)::int as count
    from (${newestSteps} and at > now() - ${minutes} * interval '1 minute') as s
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

export interface PositionFlow {
  readonly account: string;
  readonly currency: string;
  /** Minor units that left in the last minutes, less those that came. */
  readonly net_out: bigint;
}

/**
 * What has left each position, net, in the last minutes. Where the `newest` entries, which are looked at, are of less than
 * those, it is what leaves in as many minutes at their pace.
 */
export async function readPositionFlows(
  db: Db,
  minutes: number,
  newest = NEWEST_ENTRIES,
): Promise<PositionFlow[]> {
  const { rows } = await sql<PositionFlow>`
    with looked as (
      select coalesce(max(position), 0) - ${newest}::bigint as after from journal_entries
    ), covered as (
      select greatest(1, least(${minutes}::float8 * 60, extract(epoch from now() - (
        select at from journal_entries where position <= (select after from looked)
        order by position desc limit 1
      ))::float8)) as seconds
    ), newest as (
      select debit, credit, currency, amount_minor from journal_entries
      where position > (select after from looked) and at > now() - ${minutes} * interval '1 minute'
    )
    select account, currency,
      round(sum(amount) * ((${minutes}::float8 * 60 / max(seconds))::numeric))::numeric as net_out
    from (
      select debit as account, currency, amount_minor as amount from newest
      union all
      select credit, currency, -amount_minor from newest
    ) as sides cross join covered where account like '%/position' group by account, currency`.execute(
    db,
  );
  return rows;
}
