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
  const answer = (patience = { batches: 100, seconds: 2 }) => ask(createDoor(open.db, patience));

  it("is open to a long queue that is done soon, and closed to one that is not", async () => {
    await waiting({ transfers: 1_000, seconds: 1.5 });
    await answered(3_000, 1);
    expect(await answer(), "1.5 s for 3,000 ahead of it").to.equal("open");
    await waiting({ transfers: 1_500, seconds: 1.5 });
    expect(await answer(), "2.25 s for 4,500").to.equal("overloaded");
  });

  it("goes by what was done while the queue was there, at the pace of the last seconds", async () => {
    await waiting({ transfers: 500, seconds: 1 });
    await answered(100_000, 1.5);
    expect(await answer(), "that was before").to.equal("overloaded");
    await waiting({ transfers: 500, seconds: 30 });
    expect(await answer()).to.equal("open");
    await sql`update transfer_events set at = now() - interval '3 seconds'`.execute(open.db);
    expect(await answer(), "that was long ago").to.equal("overloaded");
  });

  it("is open to whatever has come in this moment", async () => {
    await waiting({ transfers: 50_000, seconds: 0.2 });
    expect(await answer()).to.equal("open");
  });

  it("is closed while nothing moves, at any of the stages", async () => {
    for (const stage of ["reserve", "credit", "settle"]) {
      await waiting({ transfers: 500, seconds: 1, stage });
      expect(await answer(), stage).to.equal("overloaded");
    }
  });

  it("is open when workers have in hand what is due, as a slow payee's", async () => {
    await waiting({ transfers: 500, seconds: 4, stage: "credit" });
    await sql`update batches set lease_until = now() + interval '1 second'`.execute(open.db);
    expect(await answer()).to.equal("open");
    await sql`update batches set lease_until = now() - interval '1 second'`.execute(open.db);
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

  describe("for requests in hand", () => {
    /** Past which what is in hand says something. */
    const moment = () => setTimeout(520);
    const nothing = { batches: 100, seconds: 2 };

    it("is closed while many are stored too slowly, and opens when they are", async () => {
      const door = createDoor(open.db, nothing);
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
      const door = createDoor(open.db, nothing);
      for (const mega of [1, 2, 3]) door.enter(mega * 1_000_000);
      const leave = door.enter(5_000_000);
      await moment();
      leave();
      expect(await ask(door), "5 MB in half a second, 6 MB to do").to.equal("open");
      door.enter(20_000_000);
      expect(await ask(door), "26 MB to do").to.equal("overloaded");
    });

    it("adds up how long a request would wait to be stored and how long it would wait then", async () => {
      const door = createDoor(open.db, nothing);
      door.enter(6_000_000);
      const leave = door.enter(2_000_000);
      await moment();
      leave();
      await answered(500, 0.1);
      await waiting({ transfers: 200, seconds: 1 });
      expect(await ask(door), "1.5 s and 1.2 s").to.equal("overloaded");
      const fresh = createDoor(open.db, nothing);
      expect(await ask(fresh), "1.2 s").to.equal("open");
    });
  });
});
