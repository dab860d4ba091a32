import { type RawBuilder, sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { StoredBatch } from "./batches.ts";
import type { Db } from "./open-database.ts";
import { countingOf, REFUSED, type Sending } from "./send-limits.ts";
import { type NewTransfer, storingOf } from "./transfers.ts";

/** What an accepted batch is stored with. */
export type NewBatch = Pick<
  StoredBatch,
  | "batch_id"
  | "participant_id"
  | "corridor_id"
  | "quote_hash"
  | "idempotency_key"
  | "request_hash"
  | "signature"
  | "send_total"
  | "count"
  | "valid_until"
  | "settle_until"
> & { readonly message: string };

/** Stores accepted batches, as a part of a statement: one that is stored already, or whose idempotency key is taken, is not. */
export function placingOf(batches: readonly NewBatch[]): RawBuilder<unknown> {
  const column = <K extends keyof NewBatch>(key: K) => batches.map((batch) => batch[key]);
  return sql`
    insert into batches (batch_id, participant_id, corridor_id, quote_hash, idempotency_key, request_hash, message,
      signature, send_total, count, valid_until, settle_until, stage)
    select b.*, 'reserve'
    from unnest(${column("batch_id")}::text[], ${column("participant_id")}::text[],
      ${column("corridor_id")}::text[], ${column("quote_hash")}::text[],
      ${column("idempotency_key")}::text[], ${column("request_hash")}::text[],
      ${column("message")}::jsonb[], ${column("signature")}::text[],
      ${column("send_total").map(String)}::numeric[], ${column("count")}::int[],
      ${column("valid_until").map(String)}::bigint[],
      ${column("settle_until").map(String)}::bigint[]) as b
    on conflict do nothing`;
}

/** Uses quotes up, each for its batch, as a part of a statement: those that were still unused. */
function spendingOf(
  uses: readonly { readonly quoteId: string; readonly batchId: BatchId }[],
): RawBuilder<unknown> {
  const ids = uses.map((use) => use.quoteId);
  const batches = uses.map((use) => use.batchId);
  return sql`
    update quotes q set used_by = u.batch_id
    from unnest(${ids}::uuid[], ${batches}::text[]) as u(id, batch_id)
    where q.id = u.id and q.used_by is null and not q.released`;
}

/** Orders, ready to be stored. */
export interface NewOrders {
  readonly batches: readonly NewBatch[];
  readonly sendings: readonly Sending[];
  readonly transfers: readonly NewTransfer[];
}

/** How much of some orders was new: they are accepted if all of it was, and else the caller rolls back. */
export interface InsertedOrders {
  readonly batches: number;
  /** Sums of a payer in a corridor that do not fit under the day's bound. */
  readonly refused: number;
  readonly quotes: number;
  readonly transfers: number;
}

/**
 * Stores orders, counts them against the day's bounds and uses their quotes up, in one statement: a lone order waits for one
 * answer instead of four. Call it in a transaction.
 */
export async function insertOrders(db: Db, orders: NewOrders): Promise<InsertedOrders> {
  const { rows } = await sql<InsertedOrders>`
    with placed as (
      ${placingOf(orders.batches)} returning batch_id
    ), ${countingOf(orders.sendings)}, spent as (
      ${spendingOf(orders.transfers)} returning 1
    ), ${storingOf(orders.transfers)}
    select (select count(*) from placed)::int as batches, ${REFUSED} as refused,
      (select count(*) from spent)::int as quotes, (select count(*) from stored)::int as transfers`.execute(
    db,
  );
  const [inserted] = rows;
  if (!inserted) throw new Error("a statement of counts has a row");
  return inserted;
}
