import { expect } from "chai";
import { sql } from "kysely";
import type pg from "pg";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { insertAct, lockAuditHead, takeOutgoing } from "../../../server/relayer/store/audit.ts";
import { claimBatches, moveClaimed } from "../../../server/relayer/store/batches.ts";
import { insertJournalEntries, sumJournal } from "../../../server/relayer/store/journal.ts";
import type { Database } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import {
  findInstructions,
  findTransfer,
  listTransfers,
} from "../../../server/relayer/store/transfers.ts";
import { explainStatements, type Touched } from "./explain-statements.ts";
import {
  COPIES,
  type CutDatabase,
  day,
  monthsAgo,
  newTransfer,
  openCutDatabase,
  partitionOf,
  settle,
} from "./partitions-fixture.ts";
import {
  ADDRESS,
  CORRIDOR,
  insertTransfers,
  PARTICIPANT,
  storeBatches,
  storeQuote,
  storeWholesaleQuote,
} from "./store-fixture.ts";

describe("a relayer's database cut into partitions (docs/operations/partitioning.sql)", () => {
  let cut: CutDatabase;
  let db: Database;
  let admin: pg.Client;
  let old: readonly BatchId[];
  let oldUetr: Uetr;
  before(async () => {
    cut = await openCutDatabase();
    ({ db, admin, old, oldUetr } = cut);
  });
  after(() => cut[Symbol.asyncDispose]());

  /** What a piece of the relayer's own work reads and writes of the tables that are cut. */
  const explain = (work: () => Promise<unknown>) => explainStatements(admin, work);
  const partitionsOf = (touched: readonly Touched[], table: string) =>
    new Set(
      touched
        .filter(({ relation }) => relation.startsWith(`${table}_`))
        .map(({ relation }) => relation),
    );

  it("keeps what was stored before, where it was, and every order that comes", async () => {
    const key = { participantId: PARTICIPANT, uetr: oldUetr };
    expect((await findTransfer(db, key))?.state).to.equal("settled");
    expect((await findTransfer(db, key))?.steps).to.have.lengthOf(4);
    const batchIds = await storeBatches(db, 3);
    await settle(db, batchIds);
    const { rows } = await sql<{
      partition: string;
    }>`select distinct tableoid::regclass::text as partition
      from transfers where batch_id = any(${batchIds}::text[])`.execute(db);
    expect(rows).to.deep.equal([{ partition: partitionOf("transfers", 0) }]);
  });

  it("takes a UETR once, in whichever month it was used", async () => {
    const [batchId] = await storeBatches(db, 1);
    const quoteId = await storeQuote(db, await storeWholesaleQuote(db, 1_000n));
    const again = newTransfer(batchId!, quoteId, oldUetr);
    const fresh = newTransfer(batchId!, quoteId);
    expect(await insertTransfers(db, [again])).to.equal(0);
    expect(await insertTransfers(db, [fresh])).to.equal(1);
    expect(await insertTransfers(db, [fresh])).to.equal(0);
    const both = newTransfer(batchId!, quoteId);
    const race = await Promise.all(
      [1, 2, 3].map((index) => insertTransfers(db, [{ ...both, index: 10 + index }])),
    );
    expect(
      race.reduce((sum, stored) => sum + stored, 0),
      "three at once",
    ).to.equal(1);
    await sql`delete from transfers where batch_id = ${batchId} and batch_index > 0`.execute(db);
    await settle(db, [batchId!]);
  });

  it("writes and reads what is new in this month's partition alone", async () => {
    const [batchId] = await storeBatches(db, 1);
    const quoteId = await storeQuote(db, await storeWholesaleQuote(db, 1_000n));
    const stored = await explain(() => insertTransfers(db, [newTransfer(batchId!, quoteId)]));
    // A row is routed to where it belongs: nothing is looked at but what it refers to.
    expect(partitionsOf(stored, "transfers")).to.deep.equal(new Set());
    const page = await explain(() => listTransfers(db, { participantId: PARTICIPANT, limit: 5 }));
    // The newest row of each is compared, and the rest is read of the newest part.
    const read = page.filter(({ relation }) => relation.startsWith("transfers_"));
    for (const { relation, rows, node } of read) {
      const most = relation === partitionOf("transfers", 0) ? 5 : 1;
      expect(rows, `${node} of ${relation}`).to.be.at.most(most);
    }
    const outgoing = await explain(() => takeOutgoing(db, 50));
    expect(partitionsOf(outgoing, "transfer_events").size).to.equal(1);
    await sql`delete from transfers where batch_id = ${batchId} and batch_index > 0`.execute(db);
    await settle(db, [batchId!]);
  });

  it("finds a batch's work by an index in each partition, and no row in the older ones", async () => {
    const [batchId] = await storeBatches(db, 1);
    const batchIds = [batchId!];
    const claim = {
      stages: ["reserve"],
      owner: "one",
      limit: 10,
      transfers: 5_000,
      leaseMs: 60_000,
    } as const;
    const posting = {
      debit: "a",
      credit: "b",
      currency: "HKD",
      leg: "send" as const,
      corridorId: CORRIDOR,
      bank: ADDRESS,
    };
    const work: readonly (() => Promise<unknown>)[] = [
      () => claimBatches(db, claim),
      () => moveClaimed(db, [{ batch_id: batchId!, lease_epoch: 1, to: "credit" }]),
      () => findInstructions(db, batchIds),
      () => recordFact(db, { fact: "reserved-on-chain", batchIds }),
      () =>
        insertJournalEntries(db, {
          kind: "reserve",
          batches: [{ batchId: batchId! }],
          postings: [posting],
          selection: { of: "all" },
        }),
    ];
    for (const [index, each] of work.entries()) {
      const touched = (await explain(each)).filter(({ relation }) =>
        /^(transfers|batches)_/.test(relation),
      );
      expect(touched, `work ${index}`).to.not.be.empty;
      const hot = [partitionOf("transfers", 0), partitionOf("batches", 0)];
      for (const { relation, node, rows } of touched) {
        if (hot.includes(relation)) continue;
        expect(rows, `${relation} in work ${index}`).to.equal(0);
        expect(node, `${relation} in work ${index}`).to.match(/Index|Bitmap|ModifyTable/);
      }
    }
    await settle(db, batchIds);
  });

  it("puts an old partition away in an instant: the relayer does not see it, the archive does, its UETRs stay used", async () => {
    const { rows: sums } = await sql<{
      count: bigint;
    }>`select count(*) as count from transfers`.execute(db);
    const partitions = ["transfers_first", "batches_first", "quotes_first"];
    partitions.push(partitionOf("transfers", 2), partitionOf("batches", 2));
    const said: string[] = [];
    admin.on("notice", ({ message }) => said.push(message ?? ""));
    await admin.query("set client_min_messages = debug1");
    for (const each of partitions) await admin.query(`select partitioning.put_away('${each}')`);
    await admin.query("reset client_min_messages");
    // PostgreSQL's own word that it has not read them to see whether their rows belong there.
    const believed = said.filter((each) => /is implied by existing constraints/.test(each));
    expect(believed).to.have.lengthOf(partitions.length);
    const { rows: left } = await sql<{
      count: bigint;
    }>`select count(*) as count from transfers`.execute(db);
    const { rows: archived } = await sql<{
      count: bigint;
    }>`select count(*) as count from archive.transfers`.execute(db);
    expect(archived[0]!.count).to.equal(BigInt(old.length + COPIES));
    expect(left[0]!.count + archived[0]!.count).to.equal(sums[0]!.count);
    expect(await findTransfer(db, { participantId: PARTICIPANT, uetr: oldUetr })).to.equal(
      undefined,
    );
    const [batchId] = await storeBatches(db, 1);
    const quoteId = await storeQuote(db, await storeWholesaleQuote(db, 1_000n));
    expect(await insertTransfers(db, [newTransfer(batchId!, quoteId, oldUetr)])).to.equal(0);
    const touched = await explain(() =>
      recordFact(db, { fact: "reserved-on-chain", batchIds: [batchId!] }),
    );
    expect([...partitionsOf(touched, "transfers")]).to.not.include("transfers_first");
    await settle(db, [batchId!]);
    expect((await findInstructions(db, [batchId!])).length).to.equal(1);
  });

  it("refuses nothing when nobody has added a month in time: what came moves there when somebody does", async () => {
    const [batchId] = await storeBatches(db, 1);
    const late = day(monthsAgo(-3));
    await sql`alter table transfers alter column accepted_at set default ${sql.lit(`${late} 12:00Z`)}::timestamptz`.execute(
      db,
    );
    const quoteId = await storeQuote(db, await storeWholesaleQuote(db, 1_000n));
    const transfer = newTransfer(batchId!, quoteId);
    expect(await insertTransfers(db, [transfer])).to.equal(1);
    const placeOf = async () =>
      (
        await admin.query(
          "select tableoid::regclass::text as place from transfers where uetr = $1",
          [transfer.uetr],
        )
      ).rows;
    expect(await placeOf()).to.deep.equal([{ place: "transfers_rest" }]);
    await admin.query(`select partitioning.add_months('${late}', 1)`);
    expect(await placeOf()).to.deep.equal([{ place: partitionOf("transfers", -3) }]);
    await sql`alter table transfers alter column accepted_at set default date_trunc('milliseconds', now())`.execute(
      db,
    );
    await settle(db, [batchId!]);
  });

  it("puts nothing away that is under way, and never the journal", async () => {
    await storeBatches(db, 1);
    const refused = async (partition: string) =>
      admin.query(`select partitioning.put_away('${partition}')`).then(
        () => "put away",
        (error: Error) => error.message,
      );
    expect(await refused(partitionOf("batches", 0))).to.match(/are not at their end/);
    expect(await refused(partitionOf("transfers", 0))).to.match(/are not at their end/);
    expect(await refused("journal_entries_first")).to.match(/the journal stays/);
    await sumJournal(db);
  });

  it("puts audit entries away with the deliveries made out of them, and the log goes on", async () => {
    await db.transaction().execute(async (trx) => {
      const { seq } = await lockAuditHead(trx);
      expect(seq).to.equal(0n);
    });
    await insertAct(db, { act: "a", by: "b", subject: "c", reason: "d", at: "e" });
    await admin.query("select partitioning.put_away('audit_entries_first')");
    await sql`insert into audit_entries (seq, kind, entry, digest, hash) values (1000, 'act', '{}', '', '')`.execute(
      db,
    );
    const { rows } = await sql<{ seq: bigint }>`select seq from audit_entries`.execute(db);
    expect(rows).to.deep.equal([{ seq: 1_000n }]);
  });
});
