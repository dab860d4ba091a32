import { expect } from "chai";
import { sql } from "kysely";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { insertReturn, moveReturns } from "../../../server/relayer/store/returns.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { SIGNATURE, storeBatches } from "./store-fixture.ts";

describe("a return that the chain refuses", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  it("is tried later and later, but within the hour for ever", async () => {
    const { db } = open;
    const [batchId] = await storeBatches(db, 1);
    const key = { batchId: batchId!, index: 0 };
    await insertReturn(db, { ...key, reason: "FOCR", signature: SIGNATURE });
    const pauseAfter = async (attempts: number) => {
      await db.updateTable("returns").set({ attempts }).where("batch_id", "=", batchId!).execute();
      await moveReturns(db, [key], { stage: "return", dueInMs: 2_000, error: "ReturnClosed" });
      const { rows } = await sql<{ seconds: number }>`
        select round(extract(epoch from due_at - now()))::int as seconds
        from returns where batch_id = ${batchId}`.execute(db);
      return rows[0]?.seconds;
    };
    expect(await pauseAfter(1)).to.be.within(1, 4);
    expect(await pauseAfter(6)).to.be.within(100, 128);
    expect(await pauseAfter(500)).to.be.within(3_500, 3_600);
    await moveReturns(db, [key], { stage: "done" });
  });
});
