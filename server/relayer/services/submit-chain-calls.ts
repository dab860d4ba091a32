import { packAmounts } from "../../../protocol/amounts.ts";
import type { Instruction } from "../../../protocol/batch-tree.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { batchMessageSchema, quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { ChainCall } from "../ports.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ClaimedBatch, claimBatches, moveClaimed } from "../store/batches.ts";
import { insertChainTransaction, markSent, readNonce } from "../store/chain-transactions.ts";
import type { BatchStage, StoredCall } from "../store/schema.ts";
import { findInstructions } from "../store/transfers.ts";

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

async function instructionsOf(
  context: ServiceContext,
  batchIds: readonly BatchId[],
): Promise<Map<BatchId, Instruction[]>> {
  const rows = await findInstructions(context.db, batchIds);
  const byBatch = new Map<BatchId, Instruction[]>();
  for (const row of rows) {
    const list = byBatch.get(row.batch_id) ?? [];
    const amounts = { send: minorUnits(row.send_minor), receive: minorUnits(row.receive_minor) };
    list.push({ commitment: row.commitment, amounts: packAmounts(amounts) });
    byBatch.set(row.batch_id, list);
  }
  return byBatch;
}

function toCall(row: ClaimedBatch, instructions: readonly Instruction[]): ChainCall {
  const quote = quoteMessageSchema.parse(row.wholesale_message);
  const batch = batchMessageSchema.parse(row.message);
  const shared = { batchId: row.batch_id, quote, batch };
  if (row.stage === "expire") return { kind: "expire", ...shared };
  if (row.stage === "settle" && row.rejections !== null && row.outcome_signature !== null) {
    const { rejections, outcome_signature: outcomeSignature } = row;
    return { kind: "settle", ...shared, rejections, outcomeSignature, instructions };
  }
  return {
    kind: "reserve",
    ...shared,
    quoteSignature: row.wholesale_signature,
    batchSignature: row.signature,
    instructions,
  };
}

/** Stores the signed pack and moves its batches to wait for the chain, in one commit. */
async function storePack(
  context: ServiceContext,
  pack: {
    readonly claims: readonly ClaimedBatch[];
    readonly calls: readonly ChainCall[];
    readonly nonce: bigint;
    readonly signed: { readonly hash: string; readonly raw: string };
  },
): Promise<void> {
  const { claims, calls, nonce, signed } = pack;
  const stored: StoredCall[] = calls.map(({ kind, batchId }) => ({ kind, batchId }));
  await context.db.transaction().execute(async (trx) => {
    await insertChainTransaction(trx, { lane: context.chain.lane, nonce, ...signed, calls: stored });
    for (const [from, stage] of Object.entries(WAITING)) {
      const moving = claims.filter((claim) => claim.stage === from);
      if (moving.length === 0) continue;
      const moved = await moveClaimed(trx, moving, { stage, dueInMs: RECHECK_MS });
      if (moved !== moving.length) throw new Error("a lease was lost before the pack was stored");
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
  const claims = await claimBatches(db, {
    stages: ["reserve", "settle", "expire"],
    owner: context.owner,
    limit: CLAIM_LIMIT,
    leaseMs: LEASE_MS,
  });
  if (claims.length === 0) return false;
  const instructions = await instructionsOf(
    context,
    claims.map((claim) => claim.batch_id),
  );
  const calls = claims.map((claim) => toCall(claim, instructions.get(claim.batch_id) ?? []));
  const fitting = chain.fitting(calls);
  const left = claims.slice(fitting);
  for (const stage of Object.keys(WAITING) as BatchStage[]) {
    const back = left.filter((claim) => claim.stage === stage);
    if (back.length > 0) await moveClaimed(db, back, { stage });
  }
  const nonce = await readNonce(db, chain.lane, await chain.countedNonce());
  const packed = calls.slice(0, fitting);
  const signed = await chain.sign(packed, nonce);
  await storePack(context, { claims: claims.slice(0, fitting), calls: packed, nonce, signed });
  await chain.broadcast(signed.raw);
  await markSent(db, signed.hash);
  return true;
}
