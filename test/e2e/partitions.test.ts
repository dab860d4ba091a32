import { expect } from "chai";
import pg from "pg";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { openDatabase } from "../../server/relayer/store/open-database.ts";
import { startPostgres } from "../fixtures/postgres.ts";
import { PARTITIONING_SQL } from "../server/relayer/partitions-fixture.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor } from "./local-corridor.ts";

describe("a relayer on a database that is cut into partitions", () => {
  it("moves money, keeps its books and its audit log, as on one that is whole", async () => {
    await using server = await startPostgres();
    const databaseUrl = await server.newDatabase();
    await (await openDatabase({ kind: "postgres", url: databaseUrl }))[Symbol.asyncDispose]();
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    try {
      await admin.query(`begin; ${PARTITIONING_SQL}; commit`);
      await using test = await startTestCorridor({ databaseUrl });
      const { transfer } = await sendFirstTransfer(test.corridor);
      expect(transfer.state).to.equal("settled");
      const count = async (what: string) =>
        Number((await admin.query(`select count(*) as n from ${what}`)).rows[0].n);
      await eventually(
        () => count("audit_entries where kind = 'transfer'"),
        (entries) => entries === 4,
      );
      expect(await count("journal_entries_first"), "journal entries").to.equal(5);
      expect(await count("transfer_keys"), "UETRs that are used").to.equal(1);
      expect(await count("cases"), "contradictions").to.equal(0);
    } finally {
      await admin.end();
    }
  });
});
