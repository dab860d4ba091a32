import { expect } from "chai";
import { sql } from "kysely";
import { createDoor } from "../../../server/relayer/services/door.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { storeBatches } from "./store-fixture.ts";

describe("the door to the relayer", () => {
  let open: OpenDatabase;
  beforeEach(async () => {
    open = await openDatabase({ kind: "memory" });
  });
  afterEach(() => open[Symbol.asyncDispose]());

  /** Three batches of so many transfers each, due for so many seconds; or for none, and then not yet. */
  const waiting = async (batch: { transfers: number; seconds: number; stage?: string }) => {
    await storeBatches(open.db, 3);
    await sql`update batches set count = ${batch.transfers}, stage = ${batch.stage ?? "reserve"},
      due_at = now() - ${batch.seconds} * interval '1 second'`.execute(open.db);
  };
  const answer = (patience = { batches: 100, seconds: 5 }) =>
    createDoor(open.db, patience)().then(
      () => "open",
      (error) => error.code,
    );

  it("is open to a queue that moves, however long it is", async () => {
    await waiting({ transfers: 500, seconds: 4 });
    expect(await answer()).to.equal("open");
  });

  it("is closed while a queue has waited for too long, at any of its stages", async () => {
    await waiting({ transfers: 500, seconds: 6, stage: "credit" });
    expect(await answer()).to.equal("overloaded");
  });

  it("is open when a few have waited for long: it is not for want of room", async () => {
    await waiting({ transfers: 1, seconds: 600 });
    expect(await answer()).to.equal("open");
  });

  it("is open when many wait for a time of their own, or are done", async () => {
    await waiting({ transfers: 500, seconds: -60 });
    expect(await answer()).to.equal("open");
    await waiting({ transfers: 500, seconds: 600, stage: "done" });
    expect(await answer()).to.equal("open");
  });

  it("is closed while more batches wait than are allowed at all", async () => {
    await waiting({ transfers: 1, seconds: 0 });
    expect(await answer({ batches: 2, seconds: 5 })).to.equal("overloaded");
    expect(await answer({ batches: 3, seconds: 5 })).to.equal("open");
  });
});
