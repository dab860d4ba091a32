import { type Selectable, sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { Db } from "./open-database.ts";
import type { QuoteTable } from "./tables/quotes.ts";

export type StoredQuote = Selectable<QuoteTable>;

type NewQuote = Omit<StoredQuote, "created_at" | "used_by" | "released">;

/**
 * Stores users' quotes out of one of the bank's and promises room there for all of them, in one statement; answers false,
 * and stores nothing, when the room does not suffice. Outstanding promises can so never pass what the bank will take.
 */
export async function insertQuotesWithRoom(db: Db, quotes: readonly NewQuote[]): Promise<boolean> {
  const [first] = quotes;
  if (!first) throw new Error("there is no quote to store");
  const { quote_hash: quoteHash } = first;
  const total = quotes.reduce((sum, quote) => sum + quote.send_minor, 0n);
  const column = <T>(value: (quote: NewQuote) => T) => quotes.map(value);
  const { numAffectedRows } = await sql`
    with room as (
      update wholesale_quotes set promised = promised + ${total}::numeric
      where quote_hash = ${quoteHash} and promised + ${total}::numeric <= max_send
      returning quote_hash
    )
    insert into quotes (id, participant_id, corridor_id, quote_hash, fixed_side, send_minor, receive_minor,
      fees, creditor_account, masked_name, screening, expires_at)
    select q.id, q.participant_id, q.corridor_id, room.quote_hash, q.fixed_side, q.send_minor,
      q.receive_minor, q.fees, q.creditor_account, q.masked_name, q.screening, q.expires_at
    from room cross join unnest(
      ${column(({ id }) => id)}::uuid[], ${column((quote) => quote.participant_id)}::text[],
      ${column((quote) => quote.corridor_id)}::text[], ${column((quote) => quote.fixed_side)}::text[],
      ${column((quote) => `${quote.send_minor}`)}::numeric[],
      ${column((quote) => `${quote.receive_minor}`)}::numeric[],
      ${column(({ fees }) => JSON.stringify(fees))}::jsonb[],
      ${column((quote) => JSON.stringify(quote.creditor_account))}::jsonb[],
      ${column((quote) => quote.masked_name)}::text[],
      ${column(({ screening }) => JSON.stringify(screening))}::jsonb[],
      ${column((quote) => quote.expires_at)}::timestamptz[]
    ) as q(id, participant_id, corridor_id, fixed_side, send_minor, receive_minor, fees, creditor_account, masked_name, screening,
      expires_at)`.execute(db);
  return numAffectedRows === BigInt(quotes.length);
}

/** One participant's quote by id, with its wholesale quote; undefined for a foreign or missing one. */
export async function findQuote(db: Db, key: { id: string; participantId: ParticipantId }) {
  return db
    .selectFrom("quotes as q")
    .innerJoin("wholesale_quotes as w", "w.quote_hash", "q.quote_hash")
    .selectAll("q")
    .select(["w.message as wholesale_message", "w.signature as wholesale_signature"])
    .select(["w.rate_major", "w.mid_rate", "w.valid_until"])
    .where("q.id", "=", key.id)
    .where("q.participant_id", "=", key.participantId)
    .executeTakeFirst();
}

/** What accepting an order needs to know, read at once. */
export interface OrderFacts {
  /** The batch that the same idempotency key was accepted for. */
  readonly earlier: { readonly batchId: BatchId; readonly requestHash: string } | undefined;
  /** The wallet's quotes among those that the order names, each with its bank quote. */
  readonly quotes: readonly QuoteWithSource[];
}

export type QuoteWithSource = StoredQuote & {
  readonly wholesale_message: WireQuoteMessage;
  readonly rate_major: string;
};

/** An order, as it is asked about before it is accepted. */
export interface AskedOrder {
  readonly participantId: ParticipantId;
  readonly idempotencyKey: string;
  readonly quoteIds: readonly string[];
}

type FactRow = Partial<QuoteWithSource> & {
  readonly n: number;
  readonly earlier_id: BatchId | null;
  readonly earlier_hash: string | null;
};

function factsIn(rows: readonly FactRow[]): OrderFacts {
  // The quotes of an order are out of one bank quote, or it is refused: the first row carries it for all.
  const [first] = rows;
  const { earlier_id: batchId, earlier_hash: requestHash } = first ?? {};
  const { wholesale_message, rate_major } = first ?? {};
  const quotes = rows.map(({ n, earlier_id, earlier_hash, ...quote }) => ({
    ...quote,
    wholesale_message,
    rate_major,
  }));
  return {
    earlier: batchId && requestHash ? { batchId, requestHash } : undefined,
    quotes: quotes.filter((row): row is QuoteWithSource => typeof row.id === "string"),
  };
}

/** Reads orders' quotes and whether their keys are known, in one statement; answers one for each, in order. */
export async function findOrderFacts(
  db: Db,
  orders: readonly AskedOrder[],
): Promise<readonly OrderFacts[]> {
  // One list of quotes; what is asked of an order once is asked with its first.
  const asked = orders.flatMap(({ participantId, idempotencyKey, quoteIds }, n) =>
    quoteIds.map((quoteId, index) => ({
      n,
      participantId,
      quoteId,
      idempotencyKey: index === 0 ? idempotencyKey : null,
    })),
  );
  const { rows } = await sql<FactRow>`
    select a.n, q.*, e.batch_id as earlier_id, e.request_hash as earlier_hash,
      case when a.idempotency_key is not null then w.message end as wholesale_message,
      case when a.idempotency_key is not null then w.rate_major end as rate_major
    from unnest(${asked.map(({ n }) => n)}::int[],
      ${asked.map(({ participantId }) => participantId)}::text[],
      ${asked.map(({ idempotencyKey }) => idempotencyKey)}::text[],
      ${asked.map(({ quoteId }) => quoteId)}::uuid[])
      with ordinality as a(n, participant_id, idempotency_key, quote_id, place)
    left join batches e on e.participant_id = a.participant_id and e.idempotency_key = a.idempotency_key
    left join quotes q on q.id = a.quote_id and q.participant_id = a.participant_id
    left join wholesale_quotes w on w.quote_hash = q.quote_hash
    order by a.place`.execute(db);
  const byOrder = Map.groupBy(rows, ({ n }) => n);
  return orders.map((_, n) => factsIn(byOrder.get(n) ?? []));
}
