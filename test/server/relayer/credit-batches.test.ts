import { expect } from "chai";
import { sql } from "kysely";
import pino from "pino";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createCreditor } from "../../../server/relayer/services/credit-batches.ts";
import { type OwnDatabase, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { CORRIDOR, storeBatches } from "./store-fixture.ts";

const OTHER = "HKD-VND:harbour-wallet:delta-wallet";
const MINUTE = 60_000;

describe("what payees are given at a time", () => {
  let open: OwnDatabase;
  const handed: { payee: ParticipantId; batchId: BatchId; fail: () => void }[] = [];
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  /** A relayer whose payees say nothing until they are made to fail. */
  function relayer(): ServiceContext {
    const corridors = new Map([
      [CORRIDOR, { id: CORRIDOR, payee: "island-wallet" }],
      [OTHER, { id: OTHER, payee: "delta-wallet" }],
    ]);
    const participants = {
      credit: (payee: ParticipantId, batchId: BatchId) =>
        new Promise((_, reject) => {
          handed.push({ payee, batchId, fail: () => reject(new Error("away")) });
        }),
    };
    const log = pino({ level: "silent" });
    const times = { leaseMs: MINUTE };
    return { db: open.db, owner: "one", log, times, corridors, participants } as never;
  }

  const toOf = (payee: string) => handed.filter((each) => each.payee === payee);

  it("is as much as it can answer in time, and no less for one behind another that is silent", async () => {
    const silent = await storeBatches(open.db, 12);
    const others = await storeBatches(open.db, 3);
    await sql`update batches set stage = 'credit', count = 500,
      due_at = now() - interval '1 minute'`.execute(open.db);
    await sql`update batches set corridor_id = ${OTHER}, due_at = now() - interval '1 second'
      where batch_id = any(${others}::text[])`.execute(open.db);
    let woken = 0;
    const creditor = createCreditor(relayer(), () => {
      woken++;
    });
    while (await creditor.round());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(toOf("island-wallet"), "2,000 transfers").to.have.lengthOf(4);
    expect(toOf("delta-wallet").map(({ batchId }) => batchId)).to.have.members(others);
    expect(silent).to.include.members(toOf("island-wallet").map(({ batchId }) => batchId));
    for (const { fail } of handed) fail();
    await creditor[Symbol.asyncDispose]();
    expect(woken, "there is room again").to.be.above(0);
  });
});
