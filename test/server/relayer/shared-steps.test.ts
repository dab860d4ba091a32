import { readFileSync } from "node:fs";
import { expect } from "chai";
import { sql } from "kysely";
import { MAX_COUNT } from "../../../protocol/batch-tree.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { writeAudit } from "../../../server/relayer/services/write-audit.ts";
import { takeOutgoing } from "../../../server/relayer/store/audit.ts";
import { type Database, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import {
  findTransfersOfBatches,
  type NewTransfer,
} from "../../../server/relayer/store/transfers.ts";
import { listAuditOf } from "../../../server/relayer/store/whole-transfer.ts";
import { openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import {
  insertBatches,
  insertTransfers,
  newBatch,
  newTransfer,
  PARTICIPANT,
  storeQuote,
  storeWholesaleQuote,
} from "./store-fixture.ts";

/** As many as a batch holds. */
const COUNT = MAX_COUNT;
const HELD = [3, 4, COUNT - 1];

/** An accepted batch; answers its transfers. */
async function storeBatch(db: Database, count: number): Promise<NewTransfer[]> {
  const quoteHash = await storeWholesaleQuote(db, 10n ** 12n);
  const quoteId = await storeQuote(db, quoteHash);
  const batch = newBatch(quoteHash, count);
  await insertBatches(db, [batch]);
  const transfers = Array.from({ length: count }, (_, index) => ({
    ...newTransfer(batch.batch_id, quoteId),
    index,
  }));
  await insertTransfers(db, transfers);
  return transfers;
}

/** A batch of which most are credited and some held. */
async function storeMixedBatch(db: Database): Promise<BatchId> {
  const transfers = await storeBatch(db, COUNT);
  const batchId = transfers[0]!.batchId;
  const batchIds = [batchId];
  const credited = transfers.flatMap(({ index }) => (HELD.includes(index) ? [] : [index]));
  await recordFact(db, { fact: "reserved-on-chain", batchIds });
  await recordFact(db, { fact: "credited-by-payee", batchIds, indexes: credited });
  await recordFact(db, { fact: "held-by-payee", batchIds, indexes: HELD });
  return batchId;
}

const stepsOf = async (db: Database, batchId: BatchId) =>
  (await findTransfersOfBatches(db, [batchId])).map(({ steps }) =>
    steps.map(([version, state]) => `${version} ${state}`),
  );

const log = async (db: Database) => {
  const context = { db, signals: { wake: () => {} } } as unknown as ServiceContext;
  while (await writeAudit(context));
};

const MIGRATIONS = new URL("../../../server/relayer/store/migrations/", import.meta.url);

/** A statement of a migration, by how it begins. */
function statementOf(migration: string, beginning: string): string {
  const text = readFileSync(new URL(migration, MIGRATIONS), "utf8");
  const start = text.indexOf(beginning);
  if (start < 0) throw new Error(`${migration} has no ${beginning}`);
  return text.slice(start, text.indexOf(";\n", start));
}

/** Takes a database back to where it was before steps were shared. */
async function unshareSteps(db: Database): Promise<void> {
  const moved = readFileSync(new URL("steps-of-each-transfer.sql", import.meta.url), "utf8");
  const statements = [
    "alter table transfer_events rename to shared",
    "alter index transfer_events_pkey rename to shared_pkey",
    statementOf("0001-transfers.sql", "create table transfer_events"),
    ...moved.split(/;\s*$/m).filter((statement) => statement.trim() !== ""),
    statementOf("0004-journal.sql", "create index journal_entries_by_transfer"),
    statementOf("0008-console.sql", "create index audit_entries_by_transfer"),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

describe("steps that transfers of a batch take together", () => {
  it("are one row each, and every transfer's own when it is read and when the audit log tells of it", async () => {
    await using open = await openOwnDatabase();
    const { db } = open;
    const batchId = await storeMixedBatch(db);
    const rows = db.selectFrom("transfer_events").select(["state", "count"]);
    expect(await rows.orderBy("position").execute()).to.deep.equal([
      { state: "accepted", count: COUNT },
      { state: "reserved", count: COUNT },
      { state: "credited", count: COUNT - HELD.length },
      { state: "held", count: HELD.length },
    ]);
    const common = ["1 accepted", "2 reserved"];
    const steps = await stepsOf(db, batchId);
    expect(steps).to.have.lengthOf(COUNT);
    for (const [index, own] of steps.entries()) {
      const last = HELD.includes(index) ? "3 held" : "3 credited";
      expect(own, `transfer ${index}`).to.deep.equal([...common, last]);
    }
    await log(db);
    const transfers = await findTransfersOfBatches(db, [batchId]);
    for (const index of [0, 3, COUNT - 1]) {
      const { uetr } = transfers[index]!;
      const told = await listAuditOf(db, { participantId: PARTICIPANT, uetr });
      const entries = told.map(({ entry }) => JSON.parse(entry));
      expect(entries.map(({ version, state }) => `${version} ${state}`)).to.deep.equal(
        steps[index],
      );
      expect(entries.every((entry) => entry.uetr === uetr)).to.equal(true);
    }
    const { rows: sums } = await sql<{ count: bigint }>`
      select count(*) as count from audit_entries`.execute(db);
    expect(sums).to.deep.equal([{ count: BigInt(3 * COUNT) }]);
  });

  it("are taken out for the audit log by looking at their own transfers alone, before any statistics and after", async () => {
    await using open = await openOwnDatabase();
    const observer = await openObserver(open);
    for (let batch = 0; batch < 40; batch++) await storeBatch(open.db, 50);
    for (const statement of ["select 1", "analyze"]) {
      await observer.query(statement);
      const touched = await explainStatements(observer, () => takeOutgoing(open.db, 1));
      const looked = touched.filter(({ relation }) => relation === "transfers");
      expect(Math.max(...looked.map(({ rows }) => rows)), statement).to.equal(50);
    }
    await observer.end();
  });

  it("wait for the audit log in bundles of some hundred, whatever the batches' sizes", async () => {
    await using open = await openOwnDatabase();
    const transfers = [
      await storeBatch(open.db, 300),
      await storeBatch(open.db, 300),
      await storeBatch(open.db, 300),
    ];
    await log(open.db);
    const batchIds = transfers.map(([first]) => first!.batchId);
    await recordFact(open.db, { fact: "reserved-on-chain", batchIds });
    const { rows } = await sql<{ steps: number }>`
      select steps from outbox order by id`.execute(open.db);
    expect(rows.map(({ steps }) => steps)).to.deep.equal([600, 300]);
    await log(open.db);
    const last = sql<{ count: bigint; from: bigint }>`
      select count(*) as count, max(seq) - min(seq) + 1 as from from audit_entries`;
    expect((await last.execute(open.db)).rows, "numbered without a gap").to.deep.equal([
      { count: 1_800n, from: 1_800n },
    ]);
  });

  it("read the same after steps that were stored one by one for each transfer, some of them not in the audit log yet", async () => {
    await using open = await openOwnDatabase();
    const batchId = await storeMixedBatch(open.db);
    const steps = await stepsOf(open.db, batchId);
    await unshareSteps(open.db);
    await using migrated = await openDatabase({ kind: "postgres", url: open.url });
    expect(await stepsOf(migrated.db, batchId)).to.deep.equal(steps);
    await log(migrated.db);
    const { rows } = await sql<{ version: string; count: bigint }>`
      select entry::jsonb ->> 'version' as version, count(distinct entry::jsonb ->> 'uetr') as count
      from audit_entries group by 1 order by 1`.execute(migrated.db);
    expect(rows).to.deep.equal(
      ["1", "2", "3"].map((version) => ({ version, count: BigInt(COUNT) })),
    );
  });
});
