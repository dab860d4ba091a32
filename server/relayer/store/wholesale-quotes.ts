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

/** Gives back the room of users' quotes that lapsed unused. Answers how many lapsed. */
export async function releaseLapsedQuotes(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with lapsed as (
      update quotes set released = true
      where used_by is null and not released and expires_at < now()
      returning quote_hash, send_minor
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
