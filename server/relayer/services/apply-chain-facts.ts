import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { ChainFact, ChainSpan } from "../ports.ts";
import type { ServiceContext } from "../service-context.ts";
import { knownBatches, markOnChain, moveByFact } from "../store/batches.ts";
import { findCalls, markMined } from "../store/chain-transactions.ts";
import { findCheckpoint, saveCheckpoint } from "../store/checkpoints.ts";
import type { Db } from "../store/open-database.ts";
import { insertMovements } from "../store/position-movements.ts";
import { recordFact } from "../store/record-fact.ts";
import { markReturned, moveReturns } from "../store/returns.ts";
import type { BatchStage } from "../store/schema.ts";
import { movementsOf } from "./movements-of.ts";

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

const CALL_RETRY_MS = 2_000;
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

async function applyReserved(db: Db, facts: readonly Fact<"reserved">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  await moveByFact(db, batchIds, { stage: "credit", from: ["reserve", "reserving"] });
  await markOnChain(db, "reserved_at", marksOf(facts));
  return recordFact(db, { fact: "reserved-on-chain", batchIds });
}

async function applySettled(db: Db, facts: readonly ChainFact[]) {
  const settled = ofKind(facts, "settled");
  if (settled.length === 0) return [];
  const batchIds = settled.map((fact) => fact.batchId);
  await moveByFact(db, batchIds, { stage: "done", from: OPEN_STAGES });
  await markOnChain(db, "settled_at", marksOf(settled));
  const changed = [];
  for (const { batchId, index, reason } of ofKind(facts, "rejected")) {
    const learnt = { fact: "rejected-on-chain", batchIds: [batchId], indexes: [index] } as const;
    changed.push(...(await recordFact(db, { ...learnt, reason })));
  }
  // The rejected have left the states from which settling leads on, so this concerns all the others.
  changed.push(...(await recordFact(db, { fact: "settled-on-chain", batchIds })));
  return changed;
}

async function applyExpired(db: Db, facts: readonly Fact<"expired">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  await moveByFact(db, batchIds, { stage: "done", from: OPEN_STAGES });
  await markOnChain(db, "expired_at", marksOf(facts));
  // Credited by the payee and yet released by the chain: the payee owes itself a make-good (a linked case).
  const contradicted = await recordFact(db, {
    fact: "contradicted",
    batchIds,
    fromStates: ["credited", "held"],
  });
  return [...contradicted, ...(await recordFact(db, { fact: "expired-on-chain", batchIds }))];
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
  const packs = await findCalls(
    db,
    facts.map((fact) => fact.transactionHash),
  );
  const callsOf = new Map(packs.map((pack) => [pack.hash, pack.calls]));
  for (const { transactionHash, position, error } of facts) {
    const call = callsOf.get(transactionHash)?.[position];
    if (!call) continue;
    if (call.kind === "return") {
      const { batchId, index = 0 } = call;
      await moveReturns(db, [{ batchId, index }], {
        stage: "return",
        dueInMs: CALL_RETRY_MS,
        error,
      });
      continue;
    }
    const from = { reserve: "reserving", settle: "settling", expire: "expiring" } as const;
    await moveByFact(db, [call.batchId], {
      stage: call.kind,
      from: [from[call.kind]],
      dueInMs: CALL_RETRY_MS,
      error,
    });
  }
}

async function applySpan(context: ServiceContext, db: Db, span: ChainSpan): Promise<Uetr[]> {
  const batchIds = span.facts.flatMap((fact) => ("batchId" in fact ? [fact.batchId] : []));
  const known = await knownBatches(db, [...new Set(batchIds)]);
  const ours = new Set(known.map((batch) => batch.batch_id));
  const facts = span.facts.filter((fact) => !("batchId" in fact) || ours.has(fact.batchId));
  const changed = [
    ...(await applyReserved(db, ofKind(facts, "reserved"))),
    ...(await applySettled(db, facts)),
    ...(await applyExpired(db, ofKind(facts, "expired"))),
    ...(await applyReturned(db, ofKind(facts, "returned"))),
  ];
  for (const fact of ofKind(facts, "call-failed")) {
    context.log.warn({ transactionHash: fact.transactionHash, error: fact.error }, "call refused");
  }
  await applyFailedCalls(db, ofKind(facts, "call-failed"));
  const mined = facts.map(({ transactionHash: hash, blockNumber }) => ({ hash, blockNumber }));
  if (mined.length > 0) await markMined(db, mined);
  await insertMovements(db, movementsOf(facts, known));
  return changed.map((transfer) => transfer.uetr);
}

/**
 * Reads the next final blocks and applies what the contracts logged there, the checkpoint in the same commit.
 * This is where transfers become reserved, settled, rejected, expired and returned: the chain is the commit
 * record, whoever sent the call. Answers whether more blocks may follow at once.
 */
export async function applyChainFacts(context: ServiceContext): Promise<boolean> {
  const checkpoint = await findCheckpoint(context.db);
  const span = await context.chain.nextSpan(checkpoint);
  if (!span) return false;
  const uetrs = await context.db.transaction().execute(async (trx) => {
    const changed = span.facts.length > 0 ? await applySpan(context, trx, span) : [];
    await saveCheckpoint(trx, { number: span.to.number, hash: span.to.hash });
    return changed;
  });
  if (span.facts.length > 0) {
    context.signals.wake("credit");
    context.signals.changed(uetrs);
  }
  return true;
}
