import { expect } from "chai";
import { sql } from "kysely";
import type pg from "pg";
import type { BatchId } from "../../../protocol/messages.ts";
import { claimBatches, findOverdue, findStale } from "../../../server/relayer/store/batches.ts";
import { openDatabase } from "../../../server/relayer/store/open-database.ts";
import { withdrawUnsigned } from "../../../server/relayer/store/waiting-batches.ts";
import { type OwnDatabase, openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import { storeBatches } from "./store-fixture.ts";

describe("what a look at the queue costs when almost everything is done", () => {
  let open: OwnDatabase;
  let observer: pg.Client;
  let waiting: BatchId;
  before(async () => {
    open = await openOwnDatabase();
    const { db } = open;
    const [first] = await storeBatches(db, 1);
    waiting = first!;
    await sql`
      insert into batches select (jsonb_populate_record(b, jsonb_build_object(
        'batch_id', 'done-' || n, 'idempotency_key', 'done-' || n, 'stage', 'done'))).*
      from batches b, generate_series(1, 5000) as n`.execute(db);
    await sql`
      insert into chain_transactions (lane, nonce, hash, raw, calls, mined_block, created_at)
      select 'lane', n, 'hash-' || n, '0x', '[]', n, now() - interval '2 days'
      from generate_series(1, 5000) as n`.execute(db);
    observer = await openObserver(open);
  });
  after(async () => {
    await observer.end();
    await open[Symbol.asyncDispose]();
  });

  const mostRows = async (relation: string, work: () => Promise<unknown>) => {
    const touched = await explainStatements(observer, work);
    const rows = touched.filter((each) => each.relation === relation).map((each) => each.rows);
    expect(rows, relation).to.not.be.empty;
    return Math.max(...rows);
  };

  it("is that of what waits, with a plan that is kept as well", async () => {
    const options = "?options=-c%20plan_cache_mode%3Dforce_generic_plan";
    const url = `${open.url}${options}`;
    await using kept = await openDatabase({ kind: "postgres", url, connections: 1 });
    const claim = {
      stages: ["reserve"],
      owner: "one",
      limit: 10,
      transfers: 5_000,
      leaseMs: 0,
    } as const;
    const stages = ["reserve", "reserving"] as const;
    const readInOrder = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(kept.db);
      const { rows } = await sql<{ read: bigint }>`
        select seq_tup_read as read from pg_stat_user_tables where relname = 'batches'`.execute(
        kept.db,
      );
      return rows[0]?.read;
    };
    const before = await readInOrder();
    await claimBatches(kept.db, claim);
    await findOverdue(kept.db, { stages, deadline: "valid_until", timestamp: 1n });
    await findStale(kept.db, ["reserving"], { carriedMs: 1_000, block: 10 });
    expect(await readInOrder(), "rows read one after the other").to.equal(before);
  });

  it("is that of the chain transactions since its acceptance, for a batch that is cancelled", async () => {
    await sql`update batches set lease_epoch = 1, lease_owner = null where batch_id = ${waiting}`.execute(
      open.db,
    );
    const cancel = async () => expect(await withdrawUnsigned(open.db, waiting)).to.equal(true);
    expect(await mostRows("chain_transactions", cancel)).to.be.below(10);
  });
});
