import { expect } from "chai";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { awaitOutcome } from "../../../server/relayer/services/await-outcome.ts";
import { ChangeNotice } from "../../../server/relayer/services/notify-changes.ts";
import {
  createBatchReader,
  type ReadBatch,
} from "../../../server/relayer/services/read-transfers.ts";
import { tellOutcomes } from "../../../server/relayer/services/tell-outcomes.ts";
import { type OwnDatabase, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { CORRIDOR, storeBatches } from "./store-fixture.ts";

describe("waiting for an outcome", () => {
  let open: OwnDatabase;
  let readBatch: ReadBatch;
  let batchId: BatchId;
  let statements = 0;
  before(async () => {
    open = await openOwnDatabase(() => {
      statements++;
    });
    const corridor = { sendCurrency: "HKD", receiveCurrency: "PHP" };
    const corridors = new Map([[CORRIDOR, corridor]]);
    readBatch = createBatchReader({ db: open.db, corridors } as unknown as ServiceContext);
    const [first] = await storeBatches(open.db, 1);
    batchId = first!;
  });
  after(() => open[Symbol.asyncDispose]());

  const wait = () => {
    let looks = 0;
    // Gone after the first look.
    const isGone = () => looks++ > 0;
    return { batchId, timeoutMs: 4_000, isGone };
  };

  it("ends with whoever waited for all of a batch", async () => {
    statements = 0;
    const waiting = { ...wait(), uetr: "" as Uetr, fresh: false };
    await awaitOutcome(readBatch, new ChangeNotice(), waiting);
    expect(statements).to.be.at.most(4);
  });

  it("ends with whoever waited for each of a batch", async () => {
    statements = 0;
    const told = [];
    for await (const each of tellOutcomes(readBatch, new ChangeNotice(), wait())) told.push(each);
    expect(told).to.deep.equal([]);
    expect(statements).to.be.at.most(4);
  });

  it("reads together what ends together, and gives each its own", async () => {
    const batchIds = await storeBatches(open.db, 5);
    statements = 0;
    const read = await Promise.all(batchIds.map(readBatch));
    expect(read.map(([transfer]) => transfer?.batchId)).to.deep.equal(batchIds);
    expect(
      read.every((transfers) => transfers.length === 1 && transfers[0]?.timeline.length === 1),
    ).to.equal(true);
    expect(statements, "the first alone, the others with each other").to.equal(4);
    expect(await readBatch(`0x${"0".repeat(64)}` as BatchId)).to.deep.equal([]);
  });
});
