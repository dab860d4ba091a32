import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ClaimedMove, moveClaimed } from "../store/batches.ts";
import { insertChainTransaction } from "../store/chain-transactions.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { readLane } from "../store/lanes.ts";
import { moveClaimedReturns, moveReturns } from "../store/returns.ts";
import type { StoredCall } from "../store/tables/chain.ts";
import type { BatchStage } from "../store/tables/transfers.ts";
import { gatherChainCalls, type ReadyCall } from "./gather-chain-calls.ts";

/** The most batches taken for one chain transaction; bytes and gas cut the pack shorter. */
const CLAIM_LIMIT = 128;
/** Instructions, of 64 bytes each, that about fill a chain transaction: more would be read only to be given back. */
const CLAIM_TRANSFERS = 1_500;
/**
 * Chain transactions of one key that may wait for their blocks at a time: nodes drop what passes their own bound for
 * one sender, and say nothing.
 */
const MAX_IN_FLIGHT = 48;

const WAITING: Readonly<Partial<Record<BatchStage, BatchStage>>> = {
  reserve: "reserving",
  settle: "settling",
  expire: "expiring",
};

/** The claimed batches among some work, each with the stage it moves to. */
function movesOf(
  ready: readonly ReadyCall[],
  to: (stage: BatchStage) => BatchStage,
): ClaimedMove[] {
  return ready.flatMap(({ claim }) => (claim ? [{ ...claim, to: to(claim.stage) }] : []));
}

const sameStage = (stage: BatchStage): BatchStage => stage;

function toStored({ call }: ReadyCall): StoredCall {
  const { kind, batchId } = call;
  return call.kind === "return" ? { kind, batchId, index: call.index } : { kind, batchId };
}

/** Stores the signed pack and moves its work to wait for the chain, in one commit. */
async function storePack(
  context: ServiceContext,
  pack: {
    readonly ready: readonly ReadyCall[];
    readonly nonce: bigint;
    readonly signed: { readonly hash: string; readonly raw: string };
  },
): Promise<void> {
  const { ready, nonce, signed } = pack;
  const { lane } = context.chain;
  const { recheckMs: dueInMs } = context.times;
  const calls = ready.map(toStored);
  const moves = movesOf(ready, (stage) => WAITING[stage] ?? stage);
  const returns = ready.flatMap(({ returnClaim }) => returnClaim ?? []);
  await inTransaction(context.db, async (trx) => {
    await insertChainTransaction(trx, { lane, nonce, ...signed, purpose: "calls", calls });
    if ((await moveClaimed(trx, moves, { dueInMs })) !== moves.length) {
      throw new Error("a lease was lost before the pack was stored");
    }
    if (returns.length === 0) return;
    if ((await moveClaimedReturns(trx, returns, dueInMs)) !== returns.length) {
      throw new Error("a return was claimed by another instance before the pack was stored");
    }
  });
}

/** Work that is signed and stored for one chain transaction, and whether some did not fit. */
interface StoredPack {
  readonly raw: string;
  readonly ready: readonly ReadyCall[];
  readonly more: boolean;
}

/** Signs and stores as much of some work as fits one chain transaction; the rest goes back to its queue at once. */
async function makePack(
  context: ServiceContext,
  gathered: readonly ReadyCall[],
  nonce: bigint,
): Promise<StoredPack> {
  const { db, chain } = context;
  const packed = chain.pack(gathered.map(({ call }) => call));
  const left = gathered.slice(packed.count);
  await moveClaimed(db, movesOf(left, sameStage));
  const leftReturns = left.flatMap(({ returnClaim }) => returnClaim ?? []);
  if (leftReturns.length > 0) await moveReturns(db, leftReturns, { stage: "return" });
  const signed = await chain.sign(packed, nonce);
  await failpoint("C18");
  const ready = gathered.slice(0, packed.count);
  await storePack(context, { ready, nonce, signed });
  return { raw: signed.raw, ready, more: left.length > 0 };
}

/** Whether as much was taken as is taken at a time: more may be waiting. */
function isFull(gathered: readonly ReadyCall[]): boolean {
  const claims = gathered.flatMap(({ claim }) => claim ?? []);
  const carried = claims.reduce((sum, claim) => sum + claim.carried, 0);
  return claims.length >= CLAIM_LIMIT || carried >= CLAIM_TRANSFERS;
}

/**
 * Packs every chain call that is ready into one chain transaction: signed, stored, then sent. Whatever becomes
 * ready meanwhile goes into the next pack, which closes as soon as the node has accepted this one, mined or
 * not. Answers whether something is left that did not fit.
 */
export async function submitChainCalls(context: ServiceContext): Promise<boolean> {
  const { db, chain, halts, times } = context;
  if ((await halts.reasonOf(`lane:${chain.lane}`)) !== undefined) return false;
  const { nextNonce: nonce, inFlight } = await readLane(db, chain.lane, () => chain.countedNonce());
  if (inFlight >= MAX_IN_FLIGHT) return false;
  const reserving = (await halts.reasonOf("reservations")) === undefined;
  const claim = { limit: CLAIM_LIMIT, transfers: CLAIM_TRANSFERS, leaseMs: times.leaseMs };
  const gathered = await gatherChainCalls(context, { ...claim, reserving });
  if (gathered.length === 0) return false;
  const pack = await makePack(context, gathered, nonce).catch(async (error: unknown) => {
    // An anchor has taken the nonce, or the node could not be asked: nobody's money waits for a lease to run out. What was
    // stored all the same has left its claim, and stays where it is.
    await moveClaimed(db, movesOf(gathered, sameStage)).catch(() => undefined);
    throw error;
  });
  await failpoint("C04");
  const refunds = pack.ready.some(({ call }) => call.kind === "expire" || call.kind === "return");
  if (refunds) await failpoint("C16");
  await chain.broadcast(pack.raw);
  if (refunds) await failpoint("C17");
  await failpoint("C05");
  return pack.more || isFull(gathered);
}
