import { sql } from "kysely";
import type { RequestKeyId } from "../../../protocol/request-signature.ts";
import type { Db } from "./open-database.ts";

/** What a signature may be used once by. */
export interface RequestNonce {
  readonly keyId: RequestKeyId;
  readonly nonce: string;
  readonly expiresAt: Date;
}

/** Uses nonces up, in one statement; answers for each, in order, whether it had not been used. */
export async function spendNonces(db: Db, nonces: readonly RequestNonce[]): Promise<boolean[]> {
  const { rows } = await sql<{ key_id: string; nonce: string }>`
    insert into request_nonces (key_id, nonce, expires_at)
    select * from unnest(
      ${nonces.map(({ keyId }) => keyId)}::text[],
      ${nonces.map(({ nonce }) => nonce)}::text[],
      ${nonces.map(({ expiresAt }) => expiresAt.toISOString())}::timestamptz[])
    on conflict do nothing
    returning key_id, nonce`.execute(db);
  const fresh = new Set(rows.map((row) => `${row.key_id} ${row.nonce}`));
  // Of two alike in one group the first one is taken: deleting it from the set refuses the second.
  return nonces.map(({ keyId, nonce }) => fresh.delete(`${keyId} ${nonce}`));
}

/** Forgets up to `limit` nonces whose signatures have expired. */
export async function pruneNonces(db: Db, limit: number): Promise<bigint> {
  const { numAffectedRows } = await sql`
    delete from request_nonces where ctid in (
      select ctid from request_nonces where expires_at < now() - interval '1 minute'
      limit ${limit} for update skip locked)`.execute(db);
  return numAffectedRows ?? 0n;
}
