import { type Selectable, sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { RequestKeyId } from "../../../protocol/request-signature.ts";
import type { Db } from "./open-database.ts";
import type { RequestKeyTable } from "./tables/request-keys.ts";

export type StoredRequestKey = Selectable<RequestKeyTable>;

export interface NewRequestKey {
  readonly keyId: RequestKeyId;
  readonly participantId: ParticipantId;
  readonly publicKey: string;
  readonly notAfter?: Date | undefined;
}

const isLive = sql<boolean>`revoked_at is null and (not_after is null or not_after > now())`;

/** Stores a key, unless it was ever stored before: a revoked one stays revoked. Answers whether it is new. */
export async function insertRequestKey(db: Db, key: NewRequestKey): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("request_keys")
    .values({
      key_id: key.keyId,
      participant_id: key.participantId,
      public_key: key.publicKey,
      not_after: key.notAfter ?? null,
      revoked_at: null,
      revoked_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Every key that requests may be signed with now. */
export async function listLiveKeys(db: Db): Promise<StoredRequestKey[]> {
  return db.selectFrom("request_keys").selectAll().where(isLive).execute();
}

/** A participant's keys, the newest first, revoked ones included. */
export async function listRequestKeys(
  db: Db,
  participantId: ParticipantId,
  limit: number,
): Promise<StoredRequestKey[]> {
  return db
    .selectFrom("request_keys")
    .selectAll()
    .where("participant_id", "=", participantId)
    .orderBy("created_at", "desc")
    .orderBy("key_id")
    .limit(limit)
    .execute();
}

/** Lets nobody else add or revoke a participant's keys until the end of the transaction; answers those that are live. */
export async function lockLiveKeys(db: Db, participantId: ParticipantId): Promise<RequestKeyId[]> {
  await sql`select pg_advisory_xact_lock(hashtext(${`request keys of ${participantId}`}))`.execute(
    db,
  );
  const rows = await db
    .selectFrom("request_keys")
    .select("key_id")
    .where("participant_id", "=", participantId)
    .where(isLive)
    .execute();
  return rows.map((row) => row.key_id);
}

/** Revokes a key for good; answers whether it was not revoked before. */
export async function setRevoked(db: Db, keyId: RequestKeyId, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("request_keys")
    .set({ revoked_at: sql`now()`, revoked_reason: reason })
    .where("key_id", "=", keyId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
