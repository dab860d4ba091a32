import type { Selectable } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Db } from "./open-database.ts";
import type { QuoteTable } from "./schema.ts";

export type StoredQuote = Selectable<QuoteTable>;

/** A quote together with the bank's promise that it is priced from. */
export type StoredQuoteWithSource = Awaited<ReturnType<typeof findQuote>>;

type NewQuote = Omit<StoredQuote, "created_at" | "used_by" | "released">;

export async function insertQuote(db: Db, quote: NewQuote): Promise<void> {
  await db
    .insertInto("quotes")
    .values({
      ...quote,
      fees: JSON.stringify(quote.fees),
      creditor_account: JSON.stringify(quote.creditor_account),
      screening: JSON.stringify(quote.screening),
      used_by: null,
    })
    .execute();
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

/** The quotes of a participant among `ids`, in no particular order. */
export async function findQuotes(
  db: Db,
  key: { ids: readonly string[]; participantId: ParticipantId },
): Promise<StoredQuote[]> {
  return db
    .selectFrom("quotes")
    .selectAll()
    .where("id", "in", [...key.ids])
    .where("participant_id", "=", key.participantId)
    .execute();
}

/** Uses quotes up for a batch; answers how many were still unused. Call it inside the batch's commit. */
export async function useQuotes(
  db: Db,
  use: { ids: readonly string[]; batchId: BatchId },
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable("quotes")
    .set({ used_by: use.batchId })
    .where("id", "in", [...use.ids])
    .where("used_by", "is", null)
    .where("released", "=", false)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
