import { type Selectable, sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Db } from "./open-database.ts";
import type { WebhookEndpointTable } from "./tables/webhooks.ts";

export type StoredEndpoint = Selectable<WebhookEndpointTable>;

export interface EndpointKey {
  readonly participantId: ParticipantId;
  readonly id: string;
}

/** Stores an endpoint that is told of everything after now, if its wallet has room for one more. */
export async function insertEndpoint(
  db: Db,
  endpoint: { participantId: ParticipantId; url: string; secret: string; most: number },
): Promise<StoredEndpoint | undefined> {
  const { participantId, url, secret, most } = endpoint;
  const { rows } = await sql<StoredEndpoint>`
    insert into webhook_endpoints (participant_id, url, secret, cursor_seq)
    select ${participantId}, ${url}, ${secret}, (select seq from audit_head)
    where (select count(*) from webhook_endpoints where participant_id = ${participantId}) < ${most}
    returning *`.execute(db);
  return rows[0];
}

export async function listEndpoints(
  db: Db,
  participantId: ParticipantId,
): Promise<StoredEndpoint[]> {
  return db
    .selectFrom("webhook_endpoints")
    .selectAll()
    .where("participant_id", "=", participantId)
    .orderBy("created_at")
    .execute();
}

/** One wallet's endpoint: a foreign one looks like a missing one. */
export async function findEndpoint(db: Db, key: EndpointKey): Promise<StoredEndpoint | undefined> {
  return db
    .selectFrom("webhook_endpoints")
    .selectAll()
    .where("id", "=", key.id)
    .where("participant_id", "=", key.participantId)
    .executeTakeFirst();
}

export async function deleteEndpoint(db: Db, key: EndpointKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("webhook_endpoints")
    .where("id", "=", key.id)
    .where("participant_id", "=", key.participantId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Gives an endpoint a new secret; the old one signs beside it for a while. An endpoint that was disabled is called again. */
export async function rotateSecret(
  db: Db,
  key: EndpointKey,
  { secret, overlapHours }: { secret: string; overlapHours: number },
): Promise<StoredEndpoint | undefined> {
  return db
    .updateTable("webhook_endpoints")
    .set({
      secret,
      previous_secret: sql<string>`secret`,
      previous_secret_until: sql<Date>`now() + ${overlapHours} * interval '1 hour'`,
      state: "active",
      disabled_reason: null,
    })
    .where("id", "=", key.id)
    .where("participant_id", "=", key.participantId)
    .returningAll()
    .executeTakeFirst();
}

/** Calls an endpoint no more. What waits for it stays, and can be replayed. */
export async function disableEndpoint(db: Db, id: string, reason: string): Promise<void> {
  await db
    .updateTable("webhook_endpoints")
    .set({ state: "disabled", disabled_reason: reason })
    .where("id", "=", id)
    .execute();
}
