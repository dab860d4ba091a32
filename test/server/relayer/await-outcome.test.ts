import { expect } from "chai";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { awaitOutcome } from "../../../server/relayer/services/await-outcome.ts";
import { ChangeNotice } from "../../../server/relayer/services/notify-changes.ts";
import { tellOutcomes } from "../../../server/relayer/services/tell-outcomes.ts";
import { type OwnDatabase, openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { CORRIDOR, PARTICIPANT, storeBatches } from "./store-fixture.ts";

describe("waiting for an outcome", () => {
  let open: OwnDatabase;
  let context: ServiceContext;
  let batchId: BatchId;
  let statements = 0;
  before(async () => {
    open = await openOwnDatabase(() => {
      statements++;
    });
    const corridor = { sendCurrency: "HKD", receiveCurrency: "PHP" };
    context = {
      db: open.db,
      corridors: new Map([[CORRIDOR, corridor]]),
    } as unknown as ServiceContext;
    const [first] = await storeBatches(open.db, 1);
    batchId = first!;
  });
  after(() => open[Symbol.asyncDispose]());

  const wait = () => {
    let looks = 0;
    // Gone after the first look.
    const isGone = () => looks++ > 0;
    return { participantId: PARTICIPANT, batchId, timeoutMs: 4_000, isGone };
  };

  it("ends with whoever waited for all of a batch", async () => {
    statements = 0;
    const waiting = { ...wait(), uetr: "" as Uetr, fresh: false };
    await awaitOutcome(context, new ChangeNotice(), waiting);
    expect(statements).to.be.at.most(4);
  });

  it("ends with whoever waited for each of a batch", async () => {
    statements = 0;
    const told = [];
    for await (const each of tellOutcomes(context, new ChangeNotice(), wait())) told.push(each);
    expect(told).to.deep.equal([]);
    expect(statements).to.be.at.most(4);
  });
});
