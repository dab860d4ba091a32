import { type RawBuilder, sql } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { Db } from "./open-database.ts";

/** What one payer sends through one corridor. */
export interface Sending {
  readonly participantId: ParticipantId;
  readonly corridorId: CorridorId;
  readonly sendMinor: bigint;
}

const TODAY = sql`(now() at time zone 'utc')::date`;
const sentToday = sql<bigint>`case when l.day = ${TODAY} then l.sent_minor else 0 end`;

/**
 * Counts sums against the day's bounds, where there are any, as parts of a statement named `asked` and `counted`: sums that
 * are asked for under a bound and not counted do not fit, and the caller rolls back. Concurrent commits of one payer wait for
 * one another here, so that no two pass together what each would pass alone.
 */
export const countingOf = (sendings: readonly Sending[]): RawBuilder<unknown> => sql`
    asked as (
      select participant_id, corridor_id, sum(minor) as minor
      from unnest(${sendings.map((each) => each.participantId)}::text[],
        ${sendings.map((each) => each.corridorId)}::text[],
        ${sendings.map((each) => each.sendMinor.toString())}::numeric[])
        as s(participant_id, corridor_id, minor)
      group by participant_id, corridor_id
    ), counted as (
      update send_limits l set sent_minor = ${sentToday} + a.minor, day = ${TODAY}
      from asked a
      where l.participant_id = a.participant_id and l.corridor_id = a.corridor_id
        and ${sentToday} + a.minor <= l.maximum_minor
      returning l.participant_id, l.corridor_id
    )`;

/** How many sums do not fit, of a statement with `countingOf`. */
export const REFUSED = sql<number>`(select count(*)::int
    from asked a join send_limits l using (participant_id, corridor_id)
      left join counted c using (participant_id, corridor_id)
    where c.participant_id is null)`;

/** Sets a day's bound, or lifts it (null). What was accepted while there was none is not counted. */
export async function setSendLimit(
  db: Db,
  limit: Omit<Sending, "sendMinor"> & { readonly maximumMinor: bigint | null },
): Promise<void> {
  const { participantId, corridorId, maximumMinor } = limit;
  if (maximumMinor === null) {
    await db
      .deleteFrom("send_limits")
      .where("participant_id", "=", participantId)
      .where("corridor_id", "=", corridorId)
      .execute();
    return;
  }
  await db
    .insertInto("send_limits")
    .values({
      participant_id: participantId,
      corridor_id: corridorId,
      maximum_minor: maximumMinor,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["participant_id", "corridor_id"])
        .doUpdateSet({ maximum_minor: maximumMinor }),
    )
    .execute();
}

/** Every bound, with what was accepted under it today. */
export async function listSendLimits(db: Db) {
  return db
    .selectFrom("send_limits as l")
    .select(["l.participant_id", "l.corridor_id", "l.maximum_minor"])
    .select(sentToday.as("sent_minor"))
    .orderBy("l.participant_id")
    .orderBy("l.corridor_id")
    .execute();
}
