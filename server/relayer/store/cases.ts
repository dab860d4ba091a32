import { type Selectable, sql } from "kysely";
import type { Db } from "./open-database.ts";
import type { CaseKind, CaseTable } from "./tables/oversight.ts";

export type StoredCase = Selectable<CaseTable>;

export interface NewCase {
  readonly kind: CaseKind;
  /** What it is about: a batch id, a lane, a block. */
  readonly subject: string;
  /** What is known and what each side says. Ids, hashes, amounts: never a name. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly nextAction: string;
}

/** Opens a case unless it is open; answers whether it is new. */
export async function insertCase(db: Db, { kind, subject, facts, nextAction }: NewCase) {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("cases")
    .values({ kind, subject, facts: JSON.stringify(facts), next_action: nextAction })
    .onConflict((conflict) =>
      conflict.columns(["kind", "subject"]).where("resolved_at", "is", null).doNothing(),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Cases, the open ones first, the oldest of them at the top. */
export async function listCases(db: Db, limit: number): Promise<StoredCase[]> {
  return db
    .selectFrom("cases")
    .selectAll()
    .orderBy(sql`resolved_at is not null`)
    .orderBy("opened_at")
    .limit(limit)
    .execute();
}

export async function findCase(db: Db, id: string): Promise<StoredCase | undefined> {
  return db.selectFrom("cases").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Closes a case with what was decided; answers whether it was open. */
export async function closeCase(db: Db, id: string, resolution: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("cases")
    .set({ resolution, resolved_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("resolved_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
