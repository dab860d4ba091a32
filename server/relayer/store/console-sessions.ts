import { sql } from "kysely";
import type { Db } from "./open-database.ts";
import type { ConsoleRole } from "./tables/console.ts";

/** Whom a session stands for. */
export interface SessionHolder {
  readonly operator: string;
  readonly role: ConsoleRole;
}

/** How long a session lasts, in seconds: unused, and in all. */
export interface SessionLimits {
  readonly idleSeconds: number;
  readonly wholeSeconds: number;
}

/** Stores a new session, and forgets those that have ended. */
export async function insertSession(
  db: Db,
  session: SessionHolder & { readonly tokenHash: string },
  { wholeSeconds }: SessionLimits,
): Promise<void> {
  await sql`
    with ended as (delete from console_sessions where expires_at < now())
    insert into console_sessions (token_hash, operator, role, expires_at)
    values (${session.tokenHash}, ${session.operator}, ${session.role},
      now() + ${wholeSeconds} * interval '1 second')`.execute(db);
}

/** A session that has not ended. It counts as used now; that is written down once a minute at most. */
export async function useSession(
  db: Db,
  tokenHash: string,
  { idleSeconds }: SessionLimits,
): Promise<SessionHolder | undefined> {
  const { rows } = await sql<SessionHolder & { stale: boolean }>`
    select operator, role, seen_at < now() - interval '1 minute' as stale
    from console_sessions where token_hash = ${tokenHash} and expires_at > now()
      and seen_at > now() - ${idleSeconds} * interval '1 second'`.execute(db);
  const [found] = rows;
  if (!found) return undefined;
  if (found.stale) {
    await db
      .updateTable("console_sessions")
      .set({ seen_at: sql<Date>`now()` })
      .where("token_hash", "=", tokenHash)
      .execute();
  }
  return { operator: found.operator, role: found.role };
}

/** Ends a session; answers whose it was. */
export async function deleteSession(db: Db, tokenHash: string): Promise<SessionHolder | undefined> {
  return db
    .deleteFrom("console_sessions")
    .where("token_hash", "=", tokenHash)
    .returning(["operator", "role"])
    .executeTakeFirst();
}
