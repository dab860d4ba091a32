import { readdirSync } from "node:fs";
import { expect } from "chai";
import { sql } from "kysely";
import pg from "pg";
import type { BatchId } from "../../../protocol/messages.ts";
import { claimBatches } from "../../../server/relayer/store/batches.ts";
import { inTransaction } from "../../../server/relayer/store/in-transaction.ts";
import { insertJournalEntries, listJournalEntries } from "../../../server/relayer/store/journal.ts";
import {
  type Db,
  MIGRATION_LOCK,
  openDatabase,
} from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import { startPostgres, type TestPostgres } from "../../fixtures/postgres.ts";
import { ADDRESS, CORRIDOR, storeBatches } from "./store-fixture.ts";

const claim = (owner: string, limit: number) => ({
  stages: ["reserve"] as const,
  owner,
  limit,
  transfers: 5_000,
  leaseMs: 60_000,
});

/** Starts an instance while another one migrates for so long. */
async function startDuringMigration(url: string, ms: number): Promise<void> {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query("begin");
  await other.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  const starting = openDatabase({ kind: "postgres", url });
  setTimeout(() => void other.query("commit").finally(() => other.end()), ms);
  const started = await starting;
  await started[Symbol.asyncDispose]();
}

describe("instances at once on one PostgreSQL server", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  it("migrates once when several instances start at the same time", async () => {
    const url = await server.newDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ kind: "postgres", url })));
    const { rows } = await sql`select name from migrations`.execute(opened[0]!.db);
    const files = readdirSync(
      new URL("../../../server/relayer/store/migrations/", import.meta.url),
    );
    expect(rows).to.have.lengthOf(files.length);
    await Promise.all(opened.map((open) => open[Symbol.asyncDispose]()));
  });

  it("hands every batch to one of several instances that claim at once", async () => {
    const url = await server.newDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ kind: "postgres", url })));
    const batchIds = await storeBatches(opened[0]!.db, 60);
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        claimBatches(opened[index % 3]!.db, claim(`instance-${index}`, 10)),
      ),
    );
    const claimed = claims.flat().map((row) => row.batch_id);
    expect(new Set(claimed).size, "no batch went to two").to.equal(claimed.length);
    const rest = await claimBatches(opened[1]!.db, claim("last", 100));
    expect([...claimed, ...rest.map((row) => row.batch_id)]).to.have.members(batchIds);
    await Promise.all(opened.map((open) => open[Symbol.asyncDispose]()));
  });

  it("shows no journal entry while one before it is still being written: who reads on misses none", async () => {
    const { db, ...open } = await openDatabase({
      kind: "postgres",
      url: await server.newDatabase(),
    });
    const [slow, quick] = await storeBatches(db, 2);
    const posting = { debit: "a", credit: "b", currency: "HKD", leg: "send" as const };
    const post = (trx: Db, batchId: BatchId) =>
      insertJournalEntries(trx, {
        kind: "reserve",
        batches: [{ batchId }],
        postings: [{ ...posting, corridorId: CORRIDOR, bank: ADDRESS }],
        selection: { of: "all" },
      });
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const writer = inTransaction(db, async (trx) => {
      await post(trx, slow!);
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    await post(db, quick!);
    let isRead = false;
    const reading = listJournalEntries(db, { after: 0n, limit: 10 }).finally(() => {
      isRead = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isRead, "it waits").to.equal(false);
    commit.resolve();
    await writer;
    expect((await reading).map((entry) => entry.batch_id)).to.deep.equal([slow, quick]);
    await open[Symbol.asyncDispose]();
  });

  it("moves transfers along in place: no index of theirs is written", async () => {
    const url = await server.newDatabase();
    await using open = await openDatabase({ kind: "postgres", url, connections: 1 });
    const batchIds = await storeBatches(open.db, 20);
    const facts = ["reserved-on-chain", "credited-by-payee", "settled-on-chain"] as const;
    for (const fact of facts) await recordFact(open.db, { fact, batchIds });
    await sql`select pg_stat_force_next_flush()`.execute(open.db);
    const { rows } = await sql<{ updates: bigint; inPlace: bigint }>`
      select n_tup_upd as updates, n_tup_hot_upd as "inPlace"
      from pg_stat_user_tables where relname = 'transfers'`.execute(open.db);
    expect(rows).to.deep.equal([{ updates: 60n, inPlace: 60n }]);
  });

  it("starts after another instance's migration, however long that takes", async () => {
    // Longer than any other answer is waited for.
    await startDuringMigration(await server.newDatabase(), 13_000);
  }).timeout(60_000);
});
