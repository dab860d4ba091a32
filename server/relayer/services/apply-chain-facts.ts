import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { type Checkpoint, ReorganisedError } from "../../foundation/chain/follow-events.ts";
import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ChainFact, ChainSpan } from "../ports/chain-facts.ts";
import type { ServiceContext } from "../service-context.ts";
import { findQuotesOfBatches, markOnChain } from "../store/batches.ts";
import { findCalls, markMined } from "../store/chain-transactions.ts";
import { findCheckpoint, moveCheckpoint } from "../store/checkpoints.ts";
import type { Db } from "../store/open-database.ts";
import { insertMovements } from "../store/position-movements.ts";
import { recordFact } from "../store/record-fact.ts";
import { markReturned, moveReturns } from "../store/returns.ts";
import type { BatchStage } from "../store/schema.ts";
import { movementsOf } from "./movements-of.ts";
import { recordReleased } from "./record-released.ts";
import { returnToQueue } from "./return-to-queue.ts";
import { rollBack } from "./roll-back.ts";

type Fact<K extends ChainFact["kind"]> = Extract<ChainFact, { kind: K }>;

function ofKind<K extends ChainFact["kind"]>(facts: readonly ChainFact[], kind: K): Fact<K>[] {
  return facts.filter((fact): fact is Fact<K> => fact.kind === kind);
}

const referenceOf = ({ transactionHash, blockNumber }: ChainFact) => ({
  transactionHash,
  blockNumber,
});

const marksOf = (facts: readonly (ChainFact & { batchId: BatchId })[]) =>
  facts.map((fact) => ({ batchId: fact.batchId, reference: referenceOf(fact) }));

/** Every stage in which a batch can be when the chain settles or expires it, whoever sent the call. */
const OPEN_STAGES: BatchStage[] = [
  "reserve",
  "reserving",
  "credit",
  "settle",
  "settling",
  "expire",
  "expiring",
];
const DONE = { stage: "done", from: OPEN_STAGES } as const;

async function applyReserved(db: Db, facts: readonly Fact<"reserved">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  const move = { stage: "credit", from: ["reserve", "reserving"] } as const;
  await markOnChain(db, "reserved_at", marksOf(facts), move);
  return recordFact(db, { fact: "reserved-on-chain", batchIds });
}

async function applySettled(db: Db, facts: readonly ChainFact[]) {
  const settled = ofKind(facts, "settled");
  if (settled.length === 0) return [];
  const batchIds = settled.map((fact) => fact.batchId);
  await markOnChain(db, "settled_at", marksOf(settled), DONE);
  const changed = [];
  for (const { batchId, index, reason } of ofKind(facts, "rejected")) {
    const learnt = { fact: "rejected-on-chain", batchIds: [batchId], indexes: [index] } as const;
    changed.push(...(await recordFact(db, { ...learnt, reason })));
  }
  // The rejected have left the states from which settling leads on, so this concerns all the others.
  changed.push(...(await recordFact(db, { fact: "settled-on-chain", batchIds })));
  return changed;
}

async function applyExpired(context: ServiceContext, db: Db, facts: readonly Fact<"expired">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  await markOnChain(db, "expired_at", marksOf(facts), DONE);
  return recordReleased(context, db, batchIds);
}

async function applyReturned(db: Db, facts: readonly Fact<"returned">[]) {
  const changed = [];
  for (const fact of facts) {
    const { batchId, index, reason } = fact;
    await moveReturns(db, [{ batchId, index }], { stage: "done" });
    await markReturned(db, { batchId, index, reference: referenceOf(fact) });
    const learnt = { fact: "returned-on-chain", batchIds: [batchId], indexes: [index] } as const;
    changed.push(...(await recordFact(db, { ...learnt, reason })));
  }
  return changed;
}

/** A call of ours that the contract refused goes back to its queue with the contract's error beside it. */
async function applyFailedCalls(db: Db, facts: readonly Fact<"call-failed">[]): Promise<void> {
  if (facts.length === 0) return;
  const packs = await findCalls(
    db,
    facts.map((fact) => fact.transactionHash),
  );
  const callsOf = new Map(packs.map((pack) => [pack.hash, pack.calls]));
  for (const { transactionHash, position, error } of facts) {
    const call = callsOf.get(transactionHash)?.[position];
    if (call) await returnToQueue(db, call, error);
  }
}

/** Applies what was logged; batches that are not ours match no row. Answers who has an outcome now. */
async function applySpan(context: ServiceContext, db: Db, { facts }: ChainSpan): Promise<Uetr[]> {
  await applyReserved(db, ofKind(facts, "reserved"));
  const decided = [
    ...(await applySettled(db, facts)),
    ...(await applyExpired(context, db, ofKind(facts, "expired"))),
    ...(await applyReturned(db, ofKind(facts, "returned"))),
  ];
  const failed = ofKind(facts, "call-failed");
  for (const { transactionHash, error } of failed) {
    context.log.warn({ transactionHash, error }, "call refused");
  }
  await applyFailedCalls(db, failed);
  await markMined(
    db,
    facts.map(({ transactionHash: hash, blockNumber }) => ({ hash, blockNumber })),
  );
  const moving = [...ofKind(facts, "settled"), ...ofKind(facts, "returned")];
  if (moving.length > 0) {
    const batchIds = moving.map((fact) => fact.batchId);
    await insertMovements(db, movementsOf(moving, await findQuotesOfBatches(db, batchIds)));
  }
  return decided.map((transfer) => transfer.uetr);
}

/** Tells those who have work because of what was logged, and those who wait for an outcome. */
function signal({ signals }: ServiceContext, { facts }: ChainSpan, decided: readonly Uetr[]): void {
  if (ofKind(facts, "reserved").length > 0) signals.wake("credit");
  if (ofKind(facts, "call-failed").length > 0) signals.wake("chain");
  signals.decided(decided);
}

/** Applies a span and moves the checkpoint behind it, in one commit; answers who has an outcome now. */
function storeSpan(context: ServiceContext, from: Checkpoint | undefined, span: ChainSpan) {
  return context.db.transaction().execute(async (trx) => {
    const { length } = span.facts;
    const decided = length > 0 ? await applySpan(context, trx, span) : [];
    if (length > 0) await failpoint("C07");
    await moveCheckpoint(trx, from, span.to);
    if (length > 0) await failpoint("C21");
    return decided;
  });
}

/** One contradicting answer may come from a node that lags on a fork; so many in a row are believed. */
const BELIEVED_CONTRADICTIONS = 3;

/**
 * Follows the chain. Each round reads the next final blocks and applies what the contracts logged there, the
 * checkpoint in the same commit, and answers whether more blocks follow. This is where transfers become reserved,
 * settled, rejected, expired and returned: the chain is the commit record, whoever sent the call.
 *
 * The checkpoint is remembered between rounds. When another instance has moved it meanwhile, the round's commit fails
 * and the next one begins where that instance is. When the chain has replaced what was followed, it is rolled back.
 */
export function createChainFollower(context: ServiceContext): () => Promise<boolean> {
  let remembered: Checkpoint | undefined;
  let contradictions = 0;

  async function contradicted(error: unknown): Promise<void> {
    if (!(error instanceof ReorganisedError)) throw error;
    if (++contradictions < BELIEVED_CONTRADICTIONS) throw error;
    contradictions = 0;
    await rollBack(context, error.checkpoint);
  }

  return async function applyChainFacts() {
    const checkpoint = remembered ?? (await findCheckpoint(context.db));
    remembered = undefined;
    const next = context.chain.nextSpan(checkpoint).then((span) => ({ span }));
    const read = await next.catch(contradicted);
    if (!read) return true;
    contradictions = 0;
    const { span } = read;
    if (!span) {
      remembered = checkpoint;
      return false;
    }
    await failpoint("C06");
    const decided = await storeSpan(context, checkpoint, span);
    if (decided.length > 0) await failpoint("C14");
    remembered = { number: span.to.number, hash: span.to.hash };
    signal(context, span, decided);
    return span.more;
  };
}
