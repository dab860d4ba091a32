import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sql } from "kysely";
import type { QuoteHash } from "../../../protocol/messages.ts";
import { listLanes } from "../../../server/relayer/store/attention.ts";
import {
  claimBatches,
  findStale,
  moveByFact,
  moveClaimed,
  saveOutcomes,
} from "../../../server/relayer/store/batches.ts";
import {
  insertChainTransaction,
  markMined,
} from "../../../server/relayer/store/chain-transactions.ts";
import { moveCheckpoint } from "../../../server/relayer/store/checkpoints.ts";
import { countByStage } from "../../../server/relayer/store/counts.ts";
import { readLane, replaceForm } from "../../../server/relayer/store/lanes.ts";
import { type OpenDatabase, openDatabase } from "../../../server/relayer/store/open-database.ts";
import { recordFact } from "../../../server/relayer/store/record-fact.ts";
import {
  claimReturns,
  insertReturn,
  moveClaimedReturns,
  moveReturns,
} from "../../../server/relayer/store/returns.ts";
import { findStates } from "../../../server/relayer/store/transfers.ts";
import { releaseLapsedQuotes } from "../../../server/relayer/store/wholesale-quotes.ts";
import { startPostgres, type TestPostgres } from "../../fixtures/postgres.ts";
import { placeDatabase } from "../../fixtures/prepared-database.ts";
import { SIGNATURE, storeBatches, storeQuote, storeWholesaleQuote } from "./store-fixture.ts";

const claim = (owner: string, limit: number, leaseMs = 60_000) => ({
  stages: ["reserve"] as const,
  owner,
  limit,
  transfers: 5_000,
  leaseMs,
});

function behavesLikeAStore(open: () => Promise<OpenDatabase>): void {
  let first: OpenDatabase;
  before(async () => {
    first = await open();
  });
  after(() => first[Symbol.asyncDispose]());

  it("moves transfers along the state graph once, and writes each step once", async () => {
    const { db } = first;
    const [batchId] = await storeBatches(db, 1);
    const batchIds = [batchId!];
    expect(await recordFact(db, { fact: "reserved-on-chain", batchIds })).to.have.lengthOf(1);
    expect(await recordFact(db, { fact: "reserved-on-chain", batchIds })).to.have.lengthOf(0);
    expect(await recordFact(db, { fact: "returned-on-chain", batchIds })).to.have.lengthOf(0);
    await recordFact(db, { fact: "credited-by-payee", batchIds });
    expect(await findStates(db, batchId!)).to.deep.equal(["credited"]);
    const steps = await db
      .selectFrom("transfer_events")
      .select(["version", "state"])
      .where("batch_id", "=", batchId!)
      .orderBy("version")
      .execute();
    expect(steps).to.deep.equal([
      { version: 1, state: "accepted" },
      { version: 2, state: "reserved" },
      { version: 3, state: "credited" },
    ]);
  });

  it("gives a return to one instance at a time, and refuses the late write of one that lost it", async () => {
    const { db } = first;
    const [batchId] = await storeBatches(db, 1);
    const key = { batchId: batchId!, index: 0 };
    await insertReturn(db, { ...key, reason: "FOCR", signature: SIGNATURE });
    const claimOwn = async (leaseMs: number, carriedMs = 60_000) => {
      const claimed = await claimReturns(db, { limit: 100, leaseMs, carriedMs });
      return claimed.filter((each) => each.batch_id === batchId);
    };
    expect(await claimOwn(0), "its batch has not settled").to.deep.equal([]);
    await db
      .updateTable("batches")
      .set({ settled_at: "{}" })
      .where("batch_id", "=", batchId!)
      .execute();
    const both = await Promise.all([claimOwn(60_000), claimOwn(60_000)]);
    const [paused] = both.flat();
    expect(both.flat()).to.have.lengthOf(1);
    await moveReturns(db, [key], { stage: "return" });
    const [other] = await claimOwn(60_000);
    const late = [{ ...key, attempts: paused!.attempts }];
    expect(await moveClaimedReturns(db, late, 0), "a paused claimant's write").to.equal(0);
    const own = [{ ...key, attempts: other!.attempts }];
    expect(await moveClaimedReturns(db, own, 0)).to.equal(1);
  });

  it("leaves a return alone while a chain transaction carries it", async () => {
    const { db } = first;
    const [batchId] = await storeBatches(db, 1);
    await db
      .updateTable("batches")
      .set({ settled_at: "{}" })
      .where("batch_id", "=", batchId!)
      .execute();
    await insertReturn(db, { batchId: batchId!, index: 0, reason: "FOCR", signature: SIGNATURE });
    const lane = "0xreturns";
    await readLane(db, lane, async () => 0n);
    const calls = [{ kind: "return" as const, batchId: batchId!, index: 0 }];
    const signed = { hash: "0xcarries", raw: "0x", purpose: "calls" as const };
    await insertChainTransaction(db, { lane, nonce: 0n, ...signed, calls });
    const claimOwn = async (carriedMs: number) => {
      const claimed = await claimReturns(db, { limit: 100, leaseMs: 60_000, carriedMs });
      return claimed.filter((each) => each.batch_id === batchId);
    };
    expect(await claimOwn(60_000)).to.deep.equal([]);
    expect(await claimOwn(0), "it may never be mined").to.have.lengthOf(1);
    await moveReturns(db, [{ batchId: batchId!, index: 0 }], { stage: "returning" });
    await markMined(db, [{ hash: "0xcarries", blockNumber: 10 }]);
    await moveCheckpoint(db, undefined, { number: 9, hash: "0x09" });
    expect(await claimOwn(0), "what it did in block 10 is not read yet").to.deep.equal([]);
    await moveCheckpoint(db, { number: 9, hash: "0x09" }, { number: 10, hash: "0x10" });
    expect(await claimOwn(0)).to.have.lengthOf(1);
  });

  it("takes nothing for stale that was mined in a block which the look does not reach", async () => {
    const { db } = first;
    const [batchId] = await storeBatches(db, 1);
    await moveByFact(db, [batchId!], { stage: "settling", from: ["reserve"], dueInMs: -1_000 });
    const lane = "0xstale";
    await readLane(db, lane, async () => 0n);
    const calls = [{ kind: "settle" as const, batchId: batchId! }];
    const signed = { hash: "0xmined", raw: "0x", purpose: "calls" as const };
    await insertChainTransaction(db, { lane, nonce: 0n, ...signed, calls });
    const isStale = async (block: number, carriedMs = 60_000) => {
      const stale = await findStale(db, ["settling"], { carriedMs, block });
      return stale.some((each) => each.batch_id === batchId);
    };
    expect(await isStale(10), "its chain transaction may still be mined").to.equal(false);
    expect(await isStale(10, 0), "it may never be").to.equal(true);
    await markMined(db, [{ hash: "0xmined", blockNumber: 10 }]);
    expect(await isStale(9), "it was Reserved then").to.equal(false);
    expect(await isStale(10)).to.equal(true);
  });

  const promised = async (quoteHash: QuoteHash) => {
    const query = first.db.selectFrom("wholesale_quotes").select("promised");
    return (await query.where("quote_hash", "=", quoteHash).executeTakeFirstOrThrow()).promised;
  };

  it("never promises more of a bank's quote than its room", async () => {
    const quoteHash = await storeWholesaleQuote(first.db, 1_050n);
    await Promise.all(Array.from({ length: 20 }, () => storeQuote(first.db, quoteHash)));
    expect(await promised(quoteHash), "ten quotes of 100 each").to.equal(1_000n);
    const query = first.db.selectFrom("quotes").select("id").where("quote_hash", "=", quoteHash);
    expect(await query.execute()).to.have.lengthOf(10);
  });

  it("gives the room of lapsed quotes back, once, some at a time", async () => {
    const quoteHash = await storeWholesaleQuote(first.db, 1_000n);
    for (let count = 0; count < 3; count++) {
      await storeQuote(first.db, quoteHash, new Date(Date.now() - 1_000));
    }
    expect(await promised(quoteHash)).to.equal(300n);
    expect(await releaseLapsedQuotes(first.db, 2), "no more than it is told to").to.equal(2);
    expect(await promised(quoteHash)).to.equal(100n);
    expect(await releaseLapsedQuotes(first.db, 2)).to.equal(1);
    expect(await releaseLapsedQuotes(first.db, 2)).to.equal(0);
    expect(await promised(quoteHash)).to.equal(0n);
  });

  it("keeps the first outcome of a batch, and tells a second one apart", async () => {
    const [batchId] = await storeBatches(first.db, 1);
    const save = async (rejections: string) => {
      const outcome = { batchId: batchId!, rejections, signature: SIGNATURE };
      return (await saveOutcomes(first.db, [outcome])).has(batchId!);
    };
    expect(await save("0x")).to.equal(true);
    expect(await save("0x")).to.equal(true);
    expect(await save("0x000041433034")).to.equal(false);
  });

  it("gives a nonce to one chain transaction only", async () => {
    const { db } = first;
    const lane = `lane-${Math.random()}`;
    const { nextNonce: nonce } = await readLane(db, lane, async () => 7n);
    expect(nonce).to.equal(7n);
    const purpose = "calls" as const;
    const signed = (hash: string) => ({ lane, nonce, hash, raw: "0x", purpose, calls: [] });
    const store = (hash: string) =>
      db.transaction().execute((trx) => insertChainTransaction(trx, signed(hash)));
    const results = await Promise.allSettled([store(`${lane}-a`), store(`${lane}-b`)]);
    expect(results.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    const after = await readLane(db, lane, async () => 0n);
    expect(after).to.deep.equal({ nextNonce: 8n, inFlight: 1 });
  });

  it("tells how long a batch waits although each try puts it off, and nothing of parked ones", async () => {
    const { db } = first;
    const [waiting, parked] = await storeBatches(db, 2);
    await moveByFact(db, [waiting!, parked!], { stage: "credit", from: ["reserve"] });
    const age = (batchId: string, seconds: number, dueAt: string) =>
      sql`update batches set accepted_at = now() - ${seconds} * interval '1 s',
        due_at = now() + ${dueAt}::interval where batch_id = ${batchId}`.execute(db);
    await age(waiting!, 40, "9 s");
    await age(parked!, 4_000, "100 years");
    const credit = (await countByStage(db)).find(({ stage }) => stage === "credit");
    expect(credit?.oldestSeconds).to.be.within(40, 400);
  });

  it("tells how long a chain transaction waits although its fee was raised", async () => {
    const { db } = first;
    const [lane, raw] = ["0xwaiting", "0x"];
    const { nextNonce: nonce } = await readLane(db, lane, async () => 7n);
    const old = { lane, nonce, hash: "0xold", raw };
    await insertChainTransaction(db, { ...old, purpose: "calls", calls: [] });
    const created = sql`update chain_transactions set created_at = now() - interval '90 s'`;
    await created.execute(db);
    expect(
      await replaceForm(db, { ...old, signedAt: new Date() }, { hash: "0xnew", raw }),
    ).to.equal(true);
    const standing = (await listLanes(db)).find((each) => each.lane === lane);
    expect(standing?.oldest_seconds).to.be.within(90, 400);
  });

  it("refuses the writes of an owner that was paused past its lease", async () => {
    const { db } = first;
    const [batchId] = await storeBatches(db, 1);
    const own = async (owner: string, leaseMs: number) =>
      (await claimBatches(db, claim(owner, 500, leaseMs))).find((row) => row.batch_id === batchId)!;
    const paused = await own("paused", 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const successor = await own("successor", 60_000);
    expect(successor.lease_epoch).to.equal(paused.lease_epoch + 1);
    expect(await moveClaimed(db, [{ ...paused, to: "reserving" }])).to.equal(0);
    expect(await moveClaimed(db, [{ ...successor, to: "reserving" }])).to.equal(1);
    expect(await moveClaimed(db, [{ ...successor, to: "credit" }]), "the lease has ended").to.equal(
      0,
    );
  });
}

describe("the relayer's store on the embedded database", () => {
  let directory: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "store-test-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  behavesLikeAStore(async () => {
    await placeDatabase(directory);
    return openDatabase({ kind: "embedded", directory });
  });
});

describe("the relayer's store on a PostgreSQL server", () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  behavesLikeAStore(async () =>
    openDatabase({ kind: "postgres", url: await server.newDatabase() }),
  );
});
