import { expect } from "chai";
import { findBatchState } from "../../../server/relayer/store/batch-acts.ts";
import { markOnChain, saveOutcomes } from "../../../server/relayer/store/batches.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { undoBlocksAfter } from "../../../server/relayer/store/roll-back.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { SIGNATURE, storeBatches } from "./store-fixture.ts";

describe("a settlement that the chain has undone", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  it("is asked of the payee anew where the payee had sent it by itself, without its outcome", async () => {
    const { db } = open;
    const batchIds = await storeBatches(db, 2);
    const marks = (blockNumber: number) =>
      batchIds.map((batchId) => ({ batchId, reference: { transactionHash: "0x", blockNumber } }));
    const reserved = { stage: "credit", from: ["reserve"] } as const;
    await markOnChain(db, "reserved_at", marks(50), reserved);
    const [, told] = batchIds;
    await saveOutcomes(db, [{ batchId: told!, rejections: "0x", signature: SIGNATURE }]);
    await markOnChain(db, "settled_at", marks(60), { stage: "done", from: ["credit"] });
    await undoBlocksAfter(db, { number: 55, hash: "0x55" }, 0);
    const stages = await Promise.all(batchIds.map((batchId) => findBatchState(db, batchId)));
    expect(stages.map((each) => each?.stage)).to.deep.equal(["credit", "settling"]);
  });
});
