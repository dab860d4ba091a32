import { expect } from "chai";
import { sql } from "kysely";
import pino from "pino";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { createHalts } from "../../../server/relayer/services/halts.ts";
import { submitChainCalls } from "../../../server/relayer/services/submit-chain-calls.ts";
import { findBatchState } from "../../../server/relayer/store/batch-acts.ts";
import { moveByFact } from "../../../server/relayer/store/batches.ts";
import { insertChainTransaction } from "../../../server/relayer/store/chain-transactions.ts";
import type { OpenDatabase } from "../../../server/relayer/store/open-database.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";
import { storeBatches } from "./store-fixture.ts";

const LANE = "0xlane";
const MINUTE = 60_000;

type Sign = (nonce: bigint) => Promise<{ hash: string; raw: string }>;

/** A relayer whose key signs as it is told to; the node takes whatever comes. */
function relayerOf({ db }: OpenDatabase, sign: Sign, onPack: (size: number) => void = () => {}) {
  const log = pino({ level: "silent" });
  const chain = {
    lane: LANE,
    countedNonce: async () => 0n,
    pack(calls: readonly unknown[]) {
      onPack(calls.length);
      return { count: calls.length, data: "0x", gasLimit: 0n };
    },
    sign: (_: unknown, nonce: bigint) => sign(nonce),
    broadcast: async () => {},
  };
  const times = { leaseMs: MINUTE, recheckMs: MINUTE, takeoverMs: MINUTE };
  const halts = createHalts(db, log);
  return { db, owner: "one", log, chain, times, halts } as unknown as ServiceContext;
}

describe("a long queue for the chain", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  const packs = async () => {
    const sizes: number[] = [];
    const sign: Sign = async (nonce) => ({ hash: `0x${nonce}`, raw: "0x01" });
    const relayer = relayerOf(open, sign, (size) => sizes.push(size));
    while (await submitChainCalls(relayer));
    return sizes;
  };

  it("is taken by as much as a chain transaction holds at a time, and to its end", async () => {
    await storeBatches(open.db, 8);
    await sql`update batches set count = 500`.execute(open.db);
    expect(await packs()).to.deep.equal([3, 3, 2]);
  });

  it("is taken by many at a time where it settles batches as a whole", async () => {
    await sql`update batches set stage = 'settle', due_at = now(), rejections = '0x',
      outcome_signature = signature`.execute(open.db);
    expect(await packs()).to.deep.equal([8]);
  });
});

describe("a pack that cannot be stored", () => {
  let open: OpenDatabase;
  before(async () => {
    open = await openOwnDatabase();
  });
  after(() => open[Symbol.asyncDispose]());

  it("gives its batches back at once, with what last went wrong: the next pack takes them", async () => {
    const { db } = open;
    const [batchId] = await storeBatches(db, 1);
    const refused = { stage: "reserve", from: ["reserve"], error: "InsufficientPosition" } as const;
    await moveByFact(db, [batchId!], refused);
    const anchor = { lane: LANE, hash: "0xanchor", raw: "0x", purpose: "anchor" as const };
    const overtaken = relayerOf(open, async (nonce) => {
      await insertChainTransaction(db, { ...anchor, nonce, calls: [] });
      return { hash: "0xlate", raw: "0x01" };
    });
    const failure = await submitChainCalls(overtaken).catch((error: Error) => error.message);
    expect(failure).to.equal("nonce 0 of the lane is taken");
    const standing = await findBatchState(db, batchId!);
    expect(standing).to.include({ stage: "reserve", last_error: "InsufficientPosition" });
    await submitChainCalls(relayerOf(open, async () => ({ hash: "0xnext", raw: "0x02" })));
    const sent = db
      .selectFrom("chain_transactions")
      .select(["hash", "calls"])
      .where("nonce", "=", 1n);
    expect(await sent.execute()).to.deep.equal([
      { hash: "0xnext", calls: [{ kind: "reserve", batchId }] },
    ]);
  });
});
