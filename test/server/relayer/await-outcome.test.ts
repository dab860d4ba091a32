import { expect } from "chai";
import { sql } from "kysely";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import {
  awaitOutcome,
  type OutcomeSources,
} from "../../../server/relayer/services/await-outcome.ts";
import { ChangeNotice } from "../../../server/relayer/services/notify-changes.ts";
import { createBatchReader } from "../../../server/relayer/services/read-transfers.ts";
import { tellOutcomes } from "../../../server/relayer/services/tell-outcomes.ts";
import { createOutcomeWatch, nextPause } from "../../../server/relayer/services/watch-outcomes.ts";
import { type OwnDatabase, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { CORRIDOR, storeBatches } from "./store-fixture.ts";

describe("waiting for an outcome", () => {
  let open: OwnDatabase;
  let outcomes: OutcomeSources;
  let batchId: BatchId;
  let statements = 0;
  before(async () => {
    open = await openOwnDatabase(() => {
      statements++;
    });
    const corridor = { sendCurrency: "HKD", receiveCurrency: "PHP" };
    const corridors = new Map([[CORRIDOR, corridor]]);
    const readBatch = createBatchReader({ db: open.db, corridors } as unknown as ServiceContext);
    const changes = new ChangeNotice();
    outcomes = { readBatch, changes, watchOutcome: createOutcomeWatch(open.db, changes) };
    const [first] = await storeBatches(open.db, 1);
    batchId = first!;
  });
  after(() => open[Symbol.asyncDispose]());

  /** Nobody else's looks are counted. */
  const alone = () => ({ ...outcomes, watchOutcome: () => ({ [Symbol.dispose]() {} }) });

  const wait = () => {
    let looks = 0;
    // Gone after the first look.
    const isGone = () => looks++ > 0;
    return { batchId, timeoutMs: 4_000, isGone };
  };

  it("ends with whoever waited for all of a batch", async () => {
    statements = 0;
    const waiting = { ...wait(), uetr: "" as Uetr, fresh: false };
    await awaitOutcome(alone(), waiting);
    expect(statements).to.be.at.most(2);
  });

  it("ends with whoever waited for each of a batch", async () => {
    statements = 0;
    const told = [];
    for await (const each of tellOutcomes(alone(), wait())) told.push(each);
    expect(told).to.deep.equal([]);
    expect(statements).to.be.at.most(2);
  });

  it("reads together what ends together, and gives each its own", async () => {
    const batchIds = await storeBatches(open.db, 5);
    statements = 0;
    const read = await Promise.all(batchIds.map(outcomes.readBatch));
    expect(read.map(([transfer]) => transfer?.batchId)).to.deep.equal(batchIds);
    expect(
      read.every((transfers) => transfers.length === 1 && transfers[0]?.timeline.length === 1),
    ).to.equal(true);
    expect(statements, "the first alone, the others with each other").to.equal(2);
    expect(await outcomes.readBatch(`0x${"0".repeat(64)}` as BatchId)).to.deep.equal([]);
  });

  it("ends soon after another instance has stored the outcome, of which nobody here is told", async () => {
    const [answered, untouched] = await storeBatches(open.db, 2);
    const { changes, watchOutcome } = outcomes;
    const told = { answered: false, untouched: false };
    const next = (which: "answered" | "untouched") =>
      changes.next(which, 60_000).then(() => {
        told[which] = true;
      });
    using _answered = watchOutcome(answered!, "answered" as Uetr);
    using _untouched = watchOutcome(untouched!, "untouched" as Uetr);
    void next("untouched");
    const waiting = next("answered");
    await sql`update batches set rejections = '0x' where batch_id = ${answered!}`.execute(open.db);
    await waiting;
    expect(told).to.deep.equal({ answered: true, untouched: false });
    changes.announce(["untouched"]);
  });
  it("asks nothing for those who wait no longer", async () => {
    const [first] = await storeBatches(open.db, 1);
    outcomes.watchOutcome(first!, "gone" as Uetr)[Symbol.dispose]();
    statements = 0;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(statements).to.equal(0);
  });

  it("looks more often where other instances have outcomes to tell of, and then less often again", () => {
    let pauseMs = nextPause(100, true);
    expect(pauseMs).to.equal(20);
    const pauses = Array.from({ length: 8 }, () => {
      pauseMs = nextPause(pauseMs, false);
      return Math.round(pauseMs);
    });
    expect(pauses).to.deep.equal([25, 31, 39, 49, 61, 76, 95, 100]);
    expect(nextPause(pauseMs, false)).to.equal(100);
  });
});
