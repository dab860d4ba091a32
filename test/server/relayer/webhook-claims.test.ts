import { expect } from "chai";
import { sql } from "kysely";
import type pg from "pg";
import { claimDeliveries, saveAttempt } from "../../../server/relayer/store/webhook-deliveries.ts";
import { insertEndpoint } from "../../../server/relayer/store/webhook-endpoints.ts";
import { type OwnDatabase, openObserver, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { explainStatements } from "./explain-statements.ts";
import { PARTICIPANT } from "./store-fixture.ts";

describe("taking deliveries of an endpoint for which thousands wait, all made due at once", () => {
  let open: OwnDatabase;
  let observer: pg.Client;
  before(async () => {
    open = await openOwnDatabase();
    const { db } = open;
    const hook = "https://wallet.example/hook";
    const endpoint = { participantId: PARTICIPANT, url: hook, secret: "whsec_", most: 10 };
    const stored = await insertEndpoint(db, endpoint);
    await sql`insert into audit_entries (seq, kind, participant_id, entry, digest, hash)
      select n, 'transfer', ${PARTICIPANT}, '{}', '', '' from generate_series(1, 3000) as n`.execute(
      db,
    );
    await sql`insert into webhook_deliveries (endpoint_id, seq, due_at)
      select ${stored!.id}::uuid, n, now() - interval '1 hour'
      from generate_series(1, 3000) as n`.execute(db);
    observer = await openObserver(open);
  });
  after(async () => {
    await observer.end();
    await open[Symbol.asyncDispose]();
  });

  const claim = () => claimDeliveries(open.db, { perEndpoint: 8, leaseMs: 60_000 });

  it("leaves no more than a few under way, the longest due first, and looks at no more than those", async () => {
    const first = await claim();
    expect(first).to.have.lengthOf(8);
    const touched = await explainStatements(observer, async () => {
      expect(await claim(), "all places are taken").to.deep.equal([]);
    });
    const waiting = touched.filter(({ relation }) => relation === "webhook_deliveries");
    expect(Math.max(...waiting.map(({ rows }) => rows))).to.be.below(50);
    const [done] = first;
    const attempt = { id: done!.id, attempt: 1, status: 204, durationMs: 1 };
    await saveAttempt(open.db, attempt, { state: "delivered" });
    expect(await claim(), "one place is free").to.have.lengthOf(1);
  });
});
