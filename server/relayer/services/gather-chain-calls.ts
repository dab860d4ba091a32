import { packAmounts } from "../../../protocol/amounts.ts";
import type { Instruction } from "../../../protocol/batch-tree.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { batchMessageSchema, quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import type { ChainCall } from "../ports/chain.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ClaimedBatch, claimBatches } from "../store/batches.ts";
import { claimReturns, type ReturnClaim } from "../store/returns.ts";
import type { BatchStage } from "../store/tables/transfers.ts";
import { findInstructions } from "../store/transfers.ts";

/** A call that is ready, and the claim that it was made from, or the claimed return. */
export interface ReadyCall {
  readonly call: ChainCall;
  readonly claim?: ClaimedBatch;
  readonly returnClaim?: ReturnClaim;
}

export interface Gathering {
  /** The most batches. */
  readonly limit: number;
  /** How many transfers' instructions are read, or one batch's more. */
  readonly transfers: number;
  readonly leaseMs: number;
  /** Whether new reservations may be made; what is reserved is always settled or released. */
  readonly reserving: boolean;
}

async function instructionsOf(
  context: ServiceContext,
  batchIds: readonly BatchId[],
): Promise<Map<BatchId, Instruction[]>> {
  const byBatch = new Map<BatchId, Instruction[]>();
  if (batchIds.length === 0) return byBatch;
  const rows = await findInstructions(context.db, batchIds);
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

/** The batches whose next stage is a chain call, claimed, each with its call. */
async function gatherBatchCalls(
  context: ServiceContext,
  { reserving, ...claim }: Gathering,
): Promise<ReadyCall[]> {
  const { owner } = context;
  const stages: BatchStage[] = reserving ? ["reserve", "settle", "expire"] : ["settle", "expire"];
  const claims = await claimBatches(context.db, { stages, owner, ...claim });
  const ids = claims.filter(({ carried }) => carried > 0).map((batch) => batch.batch_id);
  const instructions = await instructionsOf(context, ids);
  return claims.map((batch) => ({
    call: toCall(batch, instructions.get(batch.batch_id) ?? []),
    claim: batch,
  }));
}

/** The payees' signed returns that are due, claimed, each with its call. */
async function gatherReturnCalls(
  context: ServiceContext,
  { limit, leaseMs }: Gathering,
): Promise<ReadyCall[]> {
  const carriedMs = context.times.takeoverMs;
  const returns = await claimReturns(context.db, { limit, leaseMs, carriedMs });
  if (returns.length === 0) return [];
  const ids = [...new Set(returns.map((item) => item.batch_id))];
  const instructions = await instructionsOf(context, ids);
  return returns.map((item) => ({
    call: {
      kind: "return",
      batchId: item.batch_id,
      quote: quoteMessageSchema.parse(item.quote),
      batch: batchMessageSchema.parse(item.batch),
      index: item.batch_index,
      instructions: instructions.get(item.batch_id) ?? [],
      reason: item.reason,
      returnSignature: item.signature,
    },
    returnClaim: { batchId: item.batch_id, index: item.batch_index, attempts: item.attempts },
  }));
}

/** Everything that is ready for the chain, oldest first, returns after the rest. */
export async function gatherChainCalls(
  context: ServiceContext,
  gathering: Gathering,
): Promise<ReadyCall[]> {
  const [batches, returns] = await Promise.all([
    gatherBatchCalls(context, gathering),
    gatherReturnCalls(context, gathering),
  ]);
  return [...batches, ...returns];
}
