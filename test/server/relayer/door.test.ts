import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { sql } from "kysely";
import { createDoor, type Door } from "../../../server/relayer/services/door.ts";
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
  const ask = (door: Door) =>
    door.ask().then(
      () => "open",
      (error) => error.code,
    );
  const answer = (patience = { batches: 100, seconds: 5 }) => ask(createDoor(open.db, patience));

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

  it("is closed while many requests in hand are stored too slowly, and opens when they are", async () => {
    const door = createDoor(open.db, { batches: 100, seconds: 0 });
    const leaves = [door.enter(600_000), door.enter(600_000)];
    await setTimeout(2);
    expect(await ask(door)).to.equal("overloaded");
    leaves[0]?.();
    leaves[0]?.();
    expect(await ask(door), "the one that is left, however old, is no crowd").to.equal("open");
    leaves[1]?.();
    const many = Array.from({ length: 200 }, () => door.enter(1_000));
    await setTimeout(2);
    expect(await ask(door), "short ones count for what they cost").to.equal("overloaded");
    for (const leave of many) leave();
    expect(await ask(door)).to.equal("open");
  });

  it("is open to many requests in hand that are stored soon", async () => {
    const door = createDoor(open.db, { batches: 100, seconds: 60 });
    door.enter(5_000_000);
    expect(await ask(door)).to.equal("open");
  });
});
