import { sql } from "kysely";
import type { CorridorId } from "../../../protocol/corridor.ts";
import type { QuoteHash } from "../../../protocol/messages.ts";
import { quoteToWire } from "../../../protocol/wire/messages.ts";
import type { WholesaleQuote } from "../ports/bank.ts";
import type { Db } from "./open-database.ts";

/** Adds a quote to the book; the same quote twice is kept once. */
export async function insertWholesaleQuote(db: Db, wholesale: WholesaleQuote): Promise<void> {
  const { quote } = wholesale;
  await db
    .insertInto("wholesale_quotes")
    .values({
      quote_hash: wholesale.quoteHash,
      corridor_id: wholesale.corridorId,
      message: JSON.stringify(quoteToWire(quote)),
      signature: wholesale.signature,
      rate_major: wholesale.rateMajor,
      mid_rate: JSON.stringify(wholesale.midRate),
      max_send: quote.maxSend,
      valid_until: quote.validUntil,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Gives back the room of users' quotes that lapsed unused, the oldest first and no more than `limit` of them: after hours
 * without a sweep they are too many for one statement. Answers how many.
 */
export async function releaseLapsedQuotes(db: Db, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with due as (
      select id from quotes where used_by is null and not released and expires_at < now()
      order by expires_at limit ${limit} for update skip locked
    ), lapsed as (
      update quotes q set released = true from due
      where q.id = due.id and q.used_by is null and not q.released and q.expires_at < now()
      returning q.quote_hash, q.send_minor
    ), room as (
      select quote_hash, sum(send_minor) as minor from lapsed group by quote_hash
    ), given_back as (
      update wholesale_quotes w set promised = promised - room.minor
      from room where room.quote_hash = w.quote_hash
    )
    select count(*)::int as count from lapsed`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * The best rate in a corridor's book that holds until `until` (chain seconds) and has room. Among equals the one that lapses first: a quote in use is cheaper on chain than a new one, and transfers under one quote
 * can share a batch. Quotes named in `except` are left out.
 */
export async function findBestQuote(
  db: Db,
  need: {
    readonly corridorId: CorridorId;
    readonly until: bigint;
    readonly except?: readonly QuoteHash[];
  },
) {
  return db
    .selectFrom("wholesale_quotes")
    .selectAll()
    .where("corridor_id", "=", need.corridorId)
    .where("valid_until", ">=", need.until)
    .whereRef("promised", "<", "max_send")
    .where(sql<boolean>`quote_hash <> all(${need.except ?? []}::text[])`)
    .orderBy(sql`(message->>'rate')::numeric`, "desc")
    .orderBy("valid_until", "asc")
    .limit(1)
    .executeTakeFirst();
}

/** A bank's promise as the book keeps it. */
export type BookQuote = NonNullable<Awaited<ReturnType<typeof findBestQuote>>>;
