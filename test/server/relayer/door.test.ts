import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { sql } from "kysely";
import { createDoor, type Door } from "../../../server/relayer/services/door.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { storeBatches } from "./store-fixture.ts";

describe("the door to the relayer", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openDatabase({ kind: "memory" });
  });
  beforeEach(() => sql`truncate batches, transfer_events cascade`.execute(open.db));
  after(() => open[Symbol.asyncDispose]());

  /** Four batches of so many transfers each, due for so many seconds; or for none, and then not yet. */
  const waiting = async (batch: { transfers: number; seconds: number; stage?: string }) => {
    await storeBatches(open.db, 4);
    await sql`update batches set count = ${batch.transfers}, stage = ${batch.stage ?? "reserve"},
      due_at = now() - ${batch.seconds} * interval '1 second'`.execute(open.db);
  };
  /** So many transfers whose payee's answer was stored so many seconds ago. */
  const answered = (transfers: number, secondsAgo: number) =>
    sql`insert into transfer_events (batch_id, version, state, places, count, at)
      values ('0xb', 3, 'credited', '{}', ${transfers}, now() - ${secondsAgo} * interval '1 second')`.execute(
      open.db,
    );
  const ask = (door: Door) =>
    door.ask().then(
      () => "open",
      (error) => error.code,
    );
  const answer = ({ batches = 100, seconds = 1, blockSeconds = 0 } = {}) =>
    ask(createDoor(open.db, { batches, seconds }, () => blockSeconds));

  it("is open to a long queue that is done soon, and closed to one that is not", async () => {
    await waiting({ transfers: 500, seconds: 2 });
    await answered(2_500, -60);
    expect(await answer(), "0.8 s for 2,000 ahead of it").to.equal("open");
    await waiting({ transfers: 750, seconds: 2 });
    expect(await answer(), "1.2 s for 3,000").to.equal("overloaded");
    await sql`update transfer_events set at = now() - interval '3 seconds'`.execute(open.db);
    await waiting({ transfers: 500, seconds: 2 });
    expect(await answer(), "what was done long ago says nothing").to.equal("overloaded");
  });

  it("is open to whatever has come in this moment", async () => {
    await waiting({ transfers: 50_000, seconds: 0 });
    expect(await answer()).to.equal("open");
  });

  it("is closed while nothing moves, at any of the stages", async () => {
    for (const stage of ["reserve", "credit", "settle"]) {
      await waiting({ transfers: 500, seconds: 2, stage });
      expect(await answer(), stage).to.equal("overloaded");
    }
  });

  it("lets wait for two blocks of a slow chain, and no longer", async () => {
    await waiting({ transfers: 50, seconds: 30 });
    await answered(100, 20);
    expect(await answer({ blockSeconds: 12 }), "50 s for 200, by 100 within 25 s").to.equal(
      "overloaded",
    );
    await answered(150, 10);
    expect(await answer({ blockSeconds: 12 }), "20 s").to.equal("open");
    expect(await answer({ blockSeconds: 4 }), "a chain that is not slow").to.equal("overloaded");
  });

  it("is open when workers have in hand what is due, as a slow payee's", async () => {
    await waiting({ transfers: 500, seconds: 4, stage: "credit" });
    await sql`update batches set lease_until = now() + interval '1 minute'`.execute(open.db);
    expect(await answer()).to.equal("open");
    await sql`update batches set lease_until = now() - interval '1 second'`.execute(open.db);
    expect(await answer()).to.equal("overloaded");
  });

  it("is open to a few large batches, which are done in a moment", async () => {
    await waiting({ transfers: 500, seconds: 2 });
    await sql`update batches set stage = 'done' where batch_id in (select batch_id from batches limit 1)`.execute(
      open.db,
    );
    expect(await answer()).to.equal("open");
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
    expect(await answer({ batches: 3 })).to.equal("overloaded");
    expect(await answer({ batches: 4 })).to.equal("open");
  });

  it("goes by what it has just measured, and by a new measurement once that is old", async () => {
    const door = createDoor(open.db, { batches: 100, seconds: 1 }, () => 0);
    await waiting({ transfers: 500, seconds: 2 });
    expect(await ask(door)).to.equal("overloaded");
    await sql`update batches set stage = 'done'`.execute(open.db);
    await setTimeout(1_020);
    expect(await ask(door)).to.equal("open");
  });

  describe("for requests in hand", () => {
    /** Past which what is in hand says something. */
    const moment = () => setTimeout(520);
    const newDoor = () => createDoor(open.db, { batches: 100, seconds: 0.5 }, () => 0);

    it("is closed while many are stored too slowly, and opens when they are", async () => {
      const door = newDoor();
      const leaves = [door.enter(600_000), door.enter(600_000)];
      expect(await ask(door), "they have only just come").to.equal("open");
      await moment();
      expect(await ask(door)).to.equal("overloaded");
      leaves[0]?.();
      leaves[0]?.();
      expect(await ask(door), "the one that is left, however old, is no crowd").to.equal("open");
      leaves[1]?.();
      const many = Array.from({ length: 200 }, () => door.enter(1_000));
      await moment();
      expect(await ask(door), "short ones count for what they cost").to.equal("overloaded");
      for (const leave of many) leave();
      expect(await ask(door)).to.equal("open");
    });

    it("is open to many that are stored soon", async () => {
      const door = newDoor();
      for (const mega of [1, 2, 3]) door.enter(mega * 1_000_000);
      const leave = door.enter(7_000_000);
      await moment();
      leave();
      expect(await ask(door), "6 MB to do, after 7 MB in half a second").to.equal("open");
      door.enter(2_000_000);
      expect(await ask(door), "8 MB to do").to.equal("overloaded");
    });

    it("adds up how long a request would wait to be stored and how long it would wait then", async () => {
      const door = newDoor();
      door.enter(6_000_000);
      const leave = door.enter(10_000_000);
      await waiting({ transfers: 200, seconds: 1 });
      await moment();
      // Ahead of the clock, so that it is of the last half second however slowly this goes.
      await answered(1_000, -60);
      leave();
      expect(await ask(door), "0.3 s and 0.4 s").to.equal("overloaded");
      expect(await ask(newDoor()), "0.4 s").to.equal("open");
    });
  });
});
