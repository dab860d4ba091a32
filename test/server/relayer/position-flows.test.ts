import { expect } from "chai";
import { sql } from "kysely";
import { readPositionFlows } from "../../../server/relayer/store/flow.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";

describe("the pace at which positions are used up", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
    // Two each second for the last ten minutes.
    await sql`
      insert into journal_entries (participant_id, uetr, batch_id, kind, debit, credit, currency,
        amount_minor, at)
      select 'p', n::text, 'b', 'reserve', 'wallet/position', 'rail/held', 'HKD', 500,
        now() - (1199.5 - n) * interval '0.5 s' from generate_series(0, 1199) as n`.execute(
      open.db,
    );
  });
  after(() => open[Symbol.asyncDispose]());

  const outOf = async (newest?: number) => {
    const flows = await readPositionFlows(open.db, 10, newest);
    const flow = flows.find(({ account }) => account === "wallet/position");
    return Number(flow?.net_out);
  };

  it("is what left in ten minutes", async () => {
    expect(await outOf()).to.be.within(500_000, 600_000);
  });

  it("is no slower where there are more entries in ten minutes than are looked at", async () => {
    expect(await outOf(300)).to.be.within(500_000, 620_000);
  });
});
