import { expect } from "chai";
import pino from "pino";
import type { ChainFact } from "../../../server/relayer/ports/chain-facts.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { recordChainFacts } from "../../../server/relayer/services/record-chain-facts.ts";
import { findBatchState } from "../../../server/relayer/store/batch-acts.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import { findStates } from "../../../server/relayer/store/transfers.ts";
import { withdrawUnsigned } from "../../../server/relayer/store/waiting-batches.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { newTransfer } from "./partitions-fixture.ts";
import { insertTransfers, storeBatches, storeQuote, storeWholesaleQuote } from "./store-fixture.ts";

const OTHERS = 60;

describe("a reservation of what was cancelled here", () => {
  it("is released once it cannot be settled any more, and nobody is credited", async () => {
    await using open = await openOwnDatabase();
    const { db } = open;
    const [batchId] = await storeBatches(db, 1);
    expect(await withdrawUnsigned(db, batchId!)).to.equal(true);
    await recordFact(db, { fact: "refused", batchIds: [batchId!], reason: "CUST" });
    const place = { batchId: batchId!, transactionHash: "0xown", logIndex: 0 };
    const log = pino({ level: "silent" });
    const context = { corridors: new Map(), log } as unknown as ServiceContext;
    await recordChainFacts(context, db, [{ kind: "reserved", ...place, blockNumber: 7 }]);
    const standing = await findBatchState(db, batchId!);
    expect(standing?.stage).to.equal("expire");
    expect(standing?.due_at.getTime(), "its settleUntil").to.equal(2_000_000_100_000);
    expect(await findStates(db, batchId!)).to.deep.equal(["rejected"]);
    await recordChainFacts(context, db, [{ kind: "expired", ...place, blockNumber: 9 }]);
    expect((await findBatchState(db, batchId!))?.stage).to.equal("done");
  });
});

describe("a settlement that leaves out most of a batch", () => {
  it("is recorded in a few statements, each transfer with its own reason", async () => {
    let statements = 0;
    await using open = await openOwnDatabase(() => {
      statements++;
    });
    const { db } = open;
    const [batchId] = await storeBatches(db, 1);
    const quoteId = await storeQuote(db, await storeWholesaleQuote(db, 1_000n));
    const others = Array.from({ length: OTHERS }, (_, at) => ({
      ...newTransfer(batchId!, quoteId),
      index: at + 1,
    }));
    await insertTransfers(db, others);
    await recordFact(db, { fact: "reserved-on-chain", batchIds: [batchId!] });
    const place = { batchId: batchId!, transactionHash: "0xsettles", blockNumber: 7 };
    const facts: ChainFact[] = [
      ...others.map(({ index }): ChainFact => {
        const reason = index === 1 ? "AC04" : "AC06";
        return { kind: "rejected", ...place, index, reason, logIndex: index };
      }),
      { kind: "settled", ...place, sendMinor: 100n, receiveMinor: 700n, logIndex: OTHERS + 1 },
    ];
    const log = pino({ level: "silent" });
    const context = { corridors: new Map(), log } as unknown as ServiceContext;
    statements = 0;
    await recordChainFacts(context, db, facts);
    expect(statements).to.be.below(OTHERS / 2);
    const rows = db.selectFrom("transfers").select(["state", "reason"]).orderBy("batch_index");
    const [settled, closed, ...blocked] = await rows.execute();
    expect(settled).to.include({ state: "settled", reason: null });
    expect(closed).to.include({ state: "rejected", reason: "AC04" });
    expect(new Set(blocked.map(({ state, reason }) => `${state} ${reason}`))).to.deep.equal(
      new Set(["rejected AC06"]),
    );
  });
});
