import { sql } from "kysely";
import type { Db } from "./open-database.ts";

export interface SavedSearch {
  readonly name: string;
  readonly query: string;
}

/** Keeps a search under a name, in place of one of the same name; false when the operator has enough of them. */
export async function keepSearch(
  db: Db,
  search: SavedSearch & { readonly operator: string; readonly most: number },
): Promise<boolean> {
  const { operator, name, query, most } = search;
  const { rows } = await sql<{ name: string }>`
    insert into saved_searches (operator, name, query)
    select ${operator}, ${name}, ${query}
    where (select count(*) from saved_searches where operator = ${operator} and name <> ${name}) < ${most}
    on conflict (operator, name) do update set query = excluded.query
    returning name`.execute(db);
  return rows.length === 1;
}

export async function listSearches(db: Db, operator: string): Promise<SavedSearch[]> {
  return db
    .selectFrom("saved_searches")
    .select(["name", "query"])
    .where("operator", "=", operator)
    .orderBy("name")
    .execute();
}

/** Forgets one of an operator's searches; answers whether there was one. */
export async function deleteSearch(db: Db, operator: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("saved_searches")
    .where("operator", "=", operator)
    .where("name", "=", name)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
