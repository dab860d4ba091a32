import { expect } from "chai";
import pino from "pino";
import type { BatchId } from "../../../protocol/messages.ts";
import type { Checkpoint } from "../../../server/foundation/chain/follow-events.ts";
import type { ChainSpan } from "../../../server/relayer/ports/chain-facts.ts";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createChainFollower } from "../../../server/relayer/services/apply-chain-facts.ts";
import { findCheckpoint, moveCheckpoint } from "../../../server/relayer/store/checkpoints.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { findStates } from "../../../server/relayer/store/transfers.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { storeBatches } from "./store-fixture.ts";

const block = (number: number, fork = "") => ({ number, hash: `0x${number}${fork}` });

/** What one follower has told and asked, on a chain that holds one reservation. */
function followerOf({ db }: OpenDatabase, batchId: BatchId) {
  const told: string[] = [];
  const place = { batchId, transactionHash: "0xown", blockNumber: 10, logIndex: 0 };
  const to = { ...block(10), timestamp: 0 };
  const span = { to, facts: [{ kind: "reserved", ...place }], more: false } as unknown as ChainSpan;
  const context = {
    db,
    corridors: new Map(),
    log: pino({ level: "silent" }),
    chain: { nextSpan: async (from?: Checkpoint) => (from?.number === 10 ? undefined : span) },
    signals: { wake: (queue: string) => told.push(queue), decided: () => {} },
  } as unknown as ServiceContext;
  return { follow: createChainFollower(context), told };
}

describe("two instances that follow the same blocks at once", () => {
  it("apply them once, and the other one neither fails nor tells anybody", async () => {
    const statements = [0, 0];
    await using first = await openOwnDatabase(() => statements[0]!++);
    const second = await openDatabase({ kind: "postgres", url: first.url }, () => statements[1]!++);
    const [batchId] = await storeBatches(first.db, 1);
    await moveCheckpoint(first.db, undefined, block(9));
    const followers = [followerOf(first, batchId!), followerOf(second, batchId!)];
    statements.fill(0);
    const rounds = await Promise.all(followers.map(({ follow }) => follow()));
    expect(rounds, "nothing more to do at once").to.deep.equal([false, false]);
    const tellers = followers.filter(({ told }) => told.length > 0);
    expect(tellers.map(({ told }) => told)).to.deep.equal([["credit", "audit"]]);
    expect(await findStates(first.db, batchId!)).to.deep.equal(["reserved"]);
    expect(await findCheckpoint(first.db)).to.deep.equal(block(10));
    expect(Math.min(...statements), "of whoever came second").to.be.at.most(4);
    for (const { follow } of followers) expect(await follow()).to.equal(false);
    await second[Symbol.asyncDispose]();
  });

  it("apply nothing behind a block that was replaced by one of the same number", async () => {
    await using open = await openOwnDatabase();
    await moveCheckpoint(open.db, undefined, block(9, "f"));
    expect(await moveCheckpoint(open.db, block(9), block(10))).to.equal(false);
    expect(await moveCheckpoint(open.db, block(9, "f"), block(10))).to.equal(true);
    expect(await findCheckpoint(open.db)).to.deep.equal(block(10));
  });
});
