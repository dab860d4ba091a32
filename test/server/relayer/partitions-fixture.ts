import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Database } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import { PARTICIPANT } from "./store-fixture.ts";

export const PARTITIONING_SQL = readFileSync(
  new URL("../../../docs/operations/partitioning.sql", import.meta.url),
  "utf8",
);
/** Rows of each month besides, so that a plan has something to choose between. */
export const COPIES = 3_000;

/** The first of a month, in UTC. */
export const monthsAgo = (months: number) => {
  const date = new Date();
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
};
export const day = (date: Date) => date.toISOString().slice(0, 10);
/** A month's partition of a table. */
export const partitionOf = (table: string, months: number) =>
  `${table}_${day(monthsAgo(months)).slice(0, 7).replace("-", "_")}`;

/** Moves what is stored into the past, before there are partitions. */
export async function dateBack(db: Database): Promise<void> {
  for (const [table, column] of [
    ["transfers", "accepted_at"],
    ["batches", "accepted_at"],
    ["quotes", "created_at"],
  ] as const) {
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)} - interval '120 days'`.execute(
      db,
    );
  }
}

/** Takes batches to their end, as their facts come in. */
export async function settle(db: Database, batchIds: readonly BatchId[]): Promise<void> {
  await recordFact(db, { fact: "reserved-on-chain", batchIds });
  await recordFact(db, { fact: "credited-by-payee", batchIds });
  await recordFact(db, { fact: "settled-on-chain", batchIds });
  await sql`update batches set stage = 'done' where batch_id = any(${batchIds}::text[])`.execute(
    db,
  );
}

/** Copies of one settled transfer with its batch, accepted some months ago. */
export async function fillMonth(db: Database, batchId: BatchId, months: number): Promise<void> {
  const at = new Date(monthsAgo(months).getTime() + 86_400_000);
  await sql`
    insert into batches select (jsonb_populate_record(b, jsonb_build_object(
      'batch_id', 'copy:' || ${months}::text || ':' || n, 'idempotency_key', 'copy:' || ${months}::text || ':' || n,
      'accepted_at', ${at}::timestamptz + n * interval '1 second'))).*
    from batches b, generate_series(1, ${COPIES}) as n where batch_id = ${batchId}`.execute(db);
  await sql`
    insert into transfers select (jsonb_populate_record(t, jsonb_build_object(
      'batch_id', 'copy:' || ${months}::text || ':' || n, 'uetr', gen_random_uuid(),
      'accepted_at', ${at}::timestamptz + n * interval '1 second'))).*
    from transfers t, generate_series(1, ${COPIES}) as n where batch_id = ${batchId}`.execute(db);
}

/** A transfer to be put into a batch that is stored, beside its own. */
export const newTransfer = (batchId: BatchId, quoteId: string, uetr = randomUUID() as Uetr) => ({
  participantId: PARTICIPANT,
  batchId,
  index: 7,
  uetr,
  quoteId,
  commitment: "0x00",
  sendMinor: 100n,
  receiveMinor: 700n,
  details: {} as never,
  salt: "0x00",
});
