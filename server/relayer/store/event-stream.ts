import { sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "./open-database.ts";

/** A step with its place in the stream that it is told in. */
export interface StreamedStep {
  readonly place: bigint;
  readonly participantId: ParticipantId;
  /** As the audit log holds it. */
  readonly entry: string;
}

/** A wallet's steps after a number of the audit log, in the log's order. */
export async function listLoggedSteps(
  db: Db,
  query: { readonly participantId: ParticipantId; readonly after: bigint; readonly limit: number },
): Promise<StreamedStep[]> {
  return db
    .selectFrom("audit_entries")
    .select(["seq as place", "entry"])
    .select(sql<ParticipantId>`participant_id`.as("participantId"))
    .where("participant_id", "=", query.participantId)
    .where("kind", "=", "transfer")
    .where("seq", ">", query.after)
    .orderBy("seq")
    .limit(query.limit)
    .execute();
}

/** One transfer's steps after a version. Their place is the version: the log is not indexed by transfer. */
export async function listTransferSteps(
  db: Db,
  query: { readonly participantId: ParticipantId; readonly uetr: Uetr; readonly after: bigint },
): Promise<StreamedStep[]> {
  const { participantId, uetr } = query;
  const rows = await db
    .selectFrom("transfers as t")
    .innerJoin("transfer_events as e", "e.batch_id", "t.batch_id")
    .select(["e.version", "e.state", "e.reason", "e.at"])
    .where("t.participant_id", "=", participantId)
    .where("t.uetr", "=", uetr)
    .where(sql<boolean>`e.places @> t.batch_index`)
    .where("e.version", ">", Number(query.after))
    .orderBy("e.version")
    .execute();
  return rows.map(({ version, state, reason, at }) => ({
    place: BigInt(version),
    participantId,
    entry: JSON.stringify({
      uetr,
      version: `${version}`,
      state,
      ...(reason !== null && { reason }),
      at: at.toISOString(),
    }),
  }));
}
