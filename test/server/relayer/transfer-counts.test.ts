import { expect } from "chai";
import { sql } from "kysely";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { writeAudit } from "../../../server/relayer/services/write-audit.ts";
import { readStateCounts } from "../../../server/relayer/store/counts.ts";
import { type Database, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import { openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import { storeBatches } from "./store-fixture.ts";

describe("transfers counted by state", () => {
  const log = async (db: Database) => {
    const context = { db, signals: { wake: () => {} } } as unknown as ServiceContext;
    while (await writeAudit(context));
  };
  const counted = async (db: Database) =>
    Object.fromEntries((await readStateCounts(db)).map(({ state, count }) => [state, count]));
  /** Five transfers, whose steps are in the audit log or wait for it. */
  async function moveSome(db: Database): Promise<void> {
    const batchIds = await storeBatches(db, 5);
    const [first, second, third, fourth] = batchIds;
    await recordFact(db, { fact: "reserved-on-chain", batchIds: batchIds.slice(0, 4) });
    await log(db);
    await recordFact(db, { fact: "credited-by-payee", batchIds: [first!, second!] });
    await recordFact(db, { fact: "settled-on-chain", batchIds: [first!, third!] });
    await recordFact(db, { fact: "contradicted", batchIds: [second!, fourth!] });
  }
  const END = { accepted: 1n, reserved: 0n, credited: 0n, settled: 2n, disputed: 2n };

  it("are those of the table once the audit log is written, and cost no look at it", async () => {
    await using open = await openOwnDatabase();
    await moveSome(open.db);
    await log(open.db);
    expect(await counted(open.db)).to.deep.equal(END);
    const observer = await openObserver(open);
    const touched = await explainStatements(observer, () => readStateCounts(open.db));
    expect(touched.map(({ relation }) => relation)).to.deep.equal(["transfer_counts"]);
    await observer.end();
  });

  it("include what a database held before it counted, and what waited for the audit log then", async () => {
    await using open = await openOwnDatabase();
    await moveSome(open.db);
    await sql`drop table transfer_counts`.execute(open.db);
    await sql`alter table transfers drop column state_before`.execute(open.db);
    await sql`alter table outbox drop column left_states`.execute(open.db);
    await sql`delete from migrations where name like '0013-%'`.execute(open.db);
    await using migrated = await openDatabase({ kind: "postgres", url: open.url });
    await log(migrated.db);
    const { rows } = await sql<{ state: string; count: bigint }>`
      select state, count(*) as count from transfers group by state`.execute(migrated.db);
    const some = Object.entries(await counted(migrated.db)).filter(([, count]) => count !== 0n);
    expect(Object.fromEntries(some)).to.deep.equal(
      Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    );
  });
});
