import type { ServiceContext } from "../service-context.ts";
import { moveClaimed } from "../store/batches.ts";
import { insertChainTransaction, markSent, readNonce } from "../store/chain-transactions.ts";
import type { Db } from "../store/open-database.ts";
import { moveReturns } from "../store/returns.ts";
import type { BatchStage, StoredCall } from "../store/schema.ts";
import { gatherChainCalls, type ReadyCall } from "./gather-chain-calls.ts";

/** The most batches taken for one chain transaction; bytes and gas cut the pack shorter. */
const CLAIM_LIMIT = 128;
const LEASE_MS = 15_000;
/** When nothing has been heard of a sent call for so long, it is looked at again. */
const RECHECK_MS = 10_000;

const WAITING: Partial<Record<BatchStage, BatchStage>> = {
  reserve: "reserving",
  settle: "settling",
  expire: "expiring",
};

const claimsIn = (ready: readonly ReadyCall[], stage: string) =>
  ready.flatMap(({ claim }) => (claim?.stage === stage ? [claim] : []));

/** What did not fit goes back to its queue at once. */
async function putBack(db: Db, left: readonly ReadyCall[]): Promise<void> {
  for (const stage of Object.keys(WAITING) as BatchStage[]) {
    const claims = claimsIn(left, stage);
    if (claims.length > 0) await moveClaimed(db, claims, { stage });
  }
}

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
  const calls = ready.map(toStored);
  await context.db.transaction().execute(async (trx) => {
    await insertChainTransaction(trx, { lane: context.chain.lane, nonce, ...signed, calls });
    for (const [from, stage] of Object.entries(WAITING)) {
      const moving = claimsIn(ready, from);
      if (moving.length === 0) continue;
      const moved = await moveClaimed(trx, moving, { stage, dueInMs: RECHECK_MS });
      if (moved !== moving.length) throw new Error("a lease was lost before the pack was stored");
    }
    const returns = calls.filter((call) => call.kind === "return");
    if (returns.length > 0) {
      const keys = returns.map(({ batchId, index = 0 }) => ({ batchId, index }));
      await moveReturns(trx, keys, { stage: "returning", dueInMs: RECHECK_MS });
    }
  });
}

/**
 * Packs every chain call that is ready into one chain transaction: signed, stored, then sent. Whatever becomes
 * ready meanwhile goes into the next pack, which closes as soon as the node has accepted this one, mined or
 * not. Answers whether there was anything to send.
 */
export async function submitChainCalls(context: ServiceContext): Promise<boolean> {
  const { db, chain } = context;
  const ready = await gatherChainCalls(context, { limit: CLAIM_LIMIT, leaseMs: LEASE_MS });
  if (ready.length === 0) return false;
  const packed = chain.pack(ready.map(({ call }) => call));
  if (packed.count < ready.length) await putBack(db, ready.slice(packed.count));
  const nonce = await readNonce(db, chain.lane, () => chain.countedNonce());
  const signed = await chain.sign(packed, nonce);
  await storePack(context, { ready: ready.slice(0, packed.count), nonce, signed });
  await chain.broadcast(signed.raw);
  await markSent(db, signed.hash);
  return true;
}
