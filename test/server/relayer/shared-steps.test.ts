import { readFileSync } from "node:fs";
import { expect } from "chai";
import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { writeAudit } from "../../../server/relayer/services/write-audit.ts";
import { takeOutgoing } from "../../../server/relayer/store/audit.ts";
import { insertBatches } from "../../../server/relayer/store/batches.ts";
import { type Database, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import {
  findTransfersOfBatches,
  insertTransfers,
  type NewTransfer,
} from "../../../server/relayer/store/transfers.ts";
import { listAuditOf } from "../../../server/relayer/store/whole-transfer.ts";
import { openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import {
  newBatch,
  newTransfer,
  PARTICIPANT,
  storeQuote,
  storeWholesaleQuote,
} from "./store-fixture.ts";

const COUNT = 700;
const HELD = [3, 4, 699];

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

/** A batch of which most are credited, some held, and one of those is credited later. */
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

const before16 = readFileSync(new URL("steps-of-each-transfer.sql", import.meta.url), "utf8");

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
    for (const index of [0, 3, 699]) {
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

  it("read the same after steps that were stored one by one for each transfer, some of them not in the audit log yet", async () => {
    await using open = await openOwnDatabase();
    const batchId = await storeMixedBatch(open.db);
    const steps = await stepsOf(open.db, batchId);
    for (const statement of before16.split(/;\s*$/m)) {
      if (statement.trim() !== "") await sql.raw(statement).execute(open.db);
    }
    await using migrated = await openDatabase({ kind: "postgres", url: open.url });
    expect(await stepsOf(migrated.db, batchId)).to.deep.equal(steps);
    await log(migrated.db);
    const { rows } = await sql<{ version: string; count: bigint }>`
      select entry::jsonb ->> 'version' as version, count(distinct entry::jsonb ->> 'uetr') as count
      from audit_entries group by 1 order by 1`.execute(migrated.db);
    expect(rows).to.deep.equal(["1", "2", "3"].map((version) => ({ version, count: 700n })));
  });
});
