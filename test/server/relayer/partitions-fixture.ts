import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { sql } from "kysely";
import pg from "pg";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { type Database, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import { startPostgres } from "../../fixtures/postgres.ts";
import { PARTICIPANT, storeBatches } from "./store-fixture.ts";

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
async function dateBack(db: Database): Promise<void> {
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
async function fillMonth(db: Database, batchId: BatchId, months: number): Promise<void> {
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

export interface CutDatabase extends AsyncDisposable {
  readonly db: Database;
  /** A connection of one's own, which plans as it would for partitions of millions of rows. */
  readonly admin: pg.Client;
  /** Settled batches of four months ago, and the UETR of one of their transfers. */
  readonly old: readonly BatchId[];
  readonly oldUetr: Uetr;
}

/** A relayer's database with transfers of four months ago, cut two months ago, and filled since. */
export async function openCutDatabase(): Promise<CutDatabase> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres());
  const url = await server.newDatabase();
  const { db } = stack.use(await openDatabase({ kind: "postgres", url }));
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  stack.defer(() => admin.end());
  const old = await storeBatches(db, 5);
  await settle(db, old);
  await dateBack(db);
  const one = db.selectFrom("transfers").select("uetr").limit(1);
  const { uetr: oldUetr } = await one.executeTakeFirstOrThrow();
  await admin.query("begin");
  await admin.query(`set local partitioning.first_month = '${day(monthsAgo(2))}'`);
  await admin.query("set local partitioning.span = 1000");
  await admin.query(PARTITIONING_SQL);
  await admin.query(`select partitioning.add_months('${day(monthsAgo(0))}', 2)`);
  await admin.query("select partitioning.add_numbers('transfer_events', 12)");
  await admin.query("commit");
  for (const months of [2, 1]) await fillMonth(db, old[0]!, months);
  await sql`insert into transfer_events (batch_id, places, count, version, state)
    select 'copy:' || n, '{[0,1)}', 1, 1, 'accepted' from generate_series(1, 6000) as n`.execute(
    db,
  );
  await admin.query("delete from outbox");
  await admin.query("vacuum analyze");
  for (const plan of ["seqscan", "hashjoin", "mergejoin"]) {
    await admin.query(`set enable_${plan} = off`);
  }
  const owned = stack.move();
  return { db, admin, old, oldUetr, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
