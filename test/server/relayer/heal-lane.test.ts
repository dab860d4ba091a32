import { expect } from "chai";
import pino from "pino";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createHalts } from "../../../server/relayer/services/halts.ts";
import { createLaneHealer, resendUnmined } from "../../../server/relayer/services/heal-lane.ts";
import { insertChainTransaction } from "../../../server/relayer/store/chain-transactions.ts";
import { listHalts } from "../../../server/relayer/store/halts.ts";
import { readLane } from "../../../server/relayer/store/lanes.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";

describe("chain transactions that wait to be mined", () => {
  it("are sent again although those of keys without gas are more than one round sends", async () => {
    await using open = await openOwnDatabase();
    const { db } = open;
    const [dead, own] = ["0xdead", "0xown"];
    for (const [lane, count] of [
      [dead, 101],
      [own, 1],
    ] as const) {
      await readLane(db, lane, async () => 0n);
      for (let nonce = 0; nonce < count; nonce++) {
        const signed = { lane, nonce: BigInt(nonce), hash: `${lane}-${nonce}`, raw: lane };
        await insertChainTransaction(db, { ...signed, purpose: "calls", calls: [] });
      }
    }
    const taken: string[] = [];
    const chain = {
      lane: own,
      newestBlock: async () => ({ timestamp: 0n }),
      async broadcast(raw: string) {
        if (raw === dead) throw new Error("insufficient funds for gas");
        taken.push(raw);
      },
    };
    const log = pino({ level: "silent" });
    const times = { resendMs: -1_000, raiseFeeMs: 60_000 };
    await resendUnmined({ db, chain, log, times } as unknown as ServiceContext);
    expect(taken).to.deep.equal([own]);
  });
});

describe("a nonce that the chain has counted, under which nothing of ours is found", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  /** A lane with one chain transaction, and a node that answers for it as it is told to. */
  async function healing(lane: string) {
    const { db } = open;
    await readLane(db, lane, async () => 0n);
    const signed = { lane, nonce: 0n, hash: `${lane}-0`, raw: "0x" };
    await insertChainTransaction(db, { ...signed, purpose: "calls", calls: [] });
    const log = pino({ level: "silent" });
    const node = { lags: true };
    const chain = {
      lane,
      countedNonce: async () => 1n,
      finalNonce: async () => 1n,
      minedIn: async () => (node.lags ? undefined : { blockNumber: 7, reverted: false }),
    };
    const halts = createHalts(db, log);
    const heal = createLaneHealer({ db, chain, halts, log } as unknown as ServiceContext);
    const halted = async () => (await listHalts(db)).some(({ scope }) => scope === `lane:${lane}`);
    return { node, heal, halted };
  }

  it("is no matter while it is only a node that lags", async () => {
    const { node, heal, halted } = await healing("0xlagging");
    await heal();
    await heal();
    node.lags = false;
    await heal();
    expect(await halted()).to.equal(false);
  });

  it("halts the lane when it stays so: somebody else holds its key", async () => {
    const { heal, halted } = await healing("0xstolen");
    for (let round = 0; round < 3; round++) await heal();
    expect(await halted()).to.equal(true);
  });
});
