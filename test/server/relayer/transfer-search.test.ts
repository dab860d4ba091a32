import { expect } from "chai";
import { sql } from "kysely";
import pg from "pg";
import {
  searchTransfers,
  type TransferKey,
} from "../../../server/relayer/store/transfer-search.ts";
import { type OwnDatabase, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import { PARTICIPANT, storeBatches } from "./store-fixture.ts";

const COUNT = 5_000;

describe("a page deep in the list of everybody's transfers", () => {
  let open: OwnDatabase;
  let observer: pg.Client;
  before(async () => {
    open = await openOwnDatabase();
    const { db } = open;
    const [batchId] = await storeBatches(db, 1);
    await sql`
      insert into transfers select (jsonb_populate_record(t, jsonb_build_object(
        'batch_index', n, 'uetr', gen_random_uuid(),
        'accepted_at', t.accepted_at - n * interval '1 second'))).*
      from transfers t, generate_series(1, ${COUNT}::int) as n where batch_id = ${batchId}`.execute(
      db,
    );
    await sql`insert into transfer_events (participant_id, uetr, version, state)
      select participant_id, uetr, 1, 'accepted' from transfers where batch_index > 0`.execute(db);
    observer = new pg.Client({ connectionString: open.url });
    await observer.connect();
    await observer.query("vacuum analyze");
  });
  after(async () => {
    await observer.end();
    await open[Symbol.asyncDispose]();
  });

  it("begins at its cursor: what stands before it is not read", async () => {
    const at = open.db.selectFrom("transfers").select(["uetr", "batch_index"]);
    const cursor = await at.where("batch_index", "=", COUNT - 100).executeTakeFirstOrThrow();
    const after: TransferKey = { participantId: PARTICIPANT, uetr: cursor.uetr };
    const page = { payers: [PARTICIPANT], after, limit: 10 };
    let found: readonly { uetr: string }[] = [];
    const touched = await explainStatements(observer, async () => {
      found = await searchTransfers(open.db, {}, page);
    });
    const next = await at.where("batch_index", "=", COUNT - 99).executeTakeFirstOrThrow();
    expect(found[0]?.uetr).to.equal(next.uetr);
    const rows = touched
      .filter(({ relation }) => relation === "transfers")
      .map((each) => each.rows);
    expect(Math.max(...rows)).to.be.at.most(20);
  });
});
