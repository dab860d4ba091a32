import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { ChainFact } from "../ports/chain-facts.ts";
import type { ServiceContext } from "../service-context.ts";
import { findQuotesOfBatches, markOnChain } from "../store/batches.ts";
import { findCalls, markMined } from "../store/chain-transactions.ts";
import type { Db } from "../store/open-database.ts";
import { insertMovements } from "../store/position-movements.ts";
import { recordFact } from "../store/record-fact.ts";
import { markReturned, moveReturns } from "../store/returns.ts";
import { WAITING_STAGES } from "../store/tables/transfers.ts";
import { expireWithdrawn } from "../store/waiting-batches.ts";
import { movementsOf } from "./movements-of.ts";
import { postJournal } from "./post-journal.ts";
import { recordReleased } from "./record-released.ts";
import { returnToQueue } from "./return-to-queue.ts";

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

/** One fact for each batch: several of a batch's transfers may be named in one span. */
const firstOfEach = <F extends { readonly batchId: BatchId }>(facts: readonly F[]): F[] => [
  ...new Map(facts.map((fact) => [fact.batchId, fact])).values(),
];

/** A batch can be in any stage when the chain settles or expires it, whoever sent the call. */
const DONE = { stage: "done", from: WAITING_STAGES } as const;

async function applyReserved(context: ServiceContext, db: Db, facts: readonly Fact<"reserved">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  const move = { stage: "credit", from: ["reserve", "reserving"] } as const;
  await markOnChain(db, "reserved_at", marksOf(facts), move);
  await postJournal(context, db, { kind: "reserve", batches: facts });
  const changed = await recordFact(db, { fact: "reserved-on-chain", batchIds });
  const led = new Set(changed.map((transfer) => transfer.batch_id));
  const others = batchIds.filter((batchId) => !led.has(batchId));
  // A payer may send by itself what it has cancelled here: nobody is credited, and the hold must end.
  if (others.length > 0) await expireWithdrawn(db, others);
  return changed;
}

/** The transfers that a settlement left out, each with its reason. */
async function applyRejected(context: ServiceContext, db: Db, facts: readonly Fact<"rejected">[]) {
  if (facts.length === 0) return [];
  const selection = { of: "only", places: facts } as const;
  await postJournal(context, db, { kind: "reject", batches: firstOfEach(facts), selection });
  const changed = [];
  // Whoever rejects hundreds for one reason makes the others' facts wait for one statement, not for hundreds.
  const alike = Map.groupBy(facts, ({ batchId, reason }) => `${batchId} ${reason}`);
  for (const [first, ...others] of alike.values()) {
    if (!first) continue;
    const { batchId, reason } = first;
    const indexes = [first, ...others].map(({ index }) => index);
    const learnt = { fact: "rejected-on-chain", batchIds: [batchId], indexes } as const;
    changed.push(...(await recordFact(db, { ...learnt, reason })));
  }
  return changed;
}

async function applySettled(context: ServiceContext, db: Db, facts: readonly ChainFact[]) {
  const batches = ofKind(facts, "settled");
  if (batches.length === 0) return [];
  const batchIds = batches.map((fact) => fact.batchId);
  await markOnChain(db, "settled_at", marksOf(batches), DONE);
  const places = ofKind(facts, "rejected");
  const rejected = await applyRejected(context, db, places);
  const selection = { of: "except", places } as const;
  await postJournal(context, db, { kind: "settle", batches, selection });
  // The rejected have left the states from which settling leads on, so this concerns all the others.
  const settled = "settled-on-chain" as const;
  const fromStates = ["reserved", "disputed"] as const;
  const unheard = await recordFact(db, { fact: settled, batchIds, fromStates });
  const credited = await recordFact(db, { fact: settled, batchIds });
  if (unheard.length > 0) {
    // The payee has settled for itself before its answer reached us: it settles what it has credited.
    const uetrs = unheard.map((transfer) => transfer.uetr);
    const bare = batchIds.map((batchId) => ({ batchId }));
    const uncredited = { of: "uncredited", uetrs } as const;
    await postJournal(context, db, { kind: "credit", batches: bare, selection: uncredited });
  }
  return [...rejected, ...unheard, ...credited];
}

async function applyExpired(context: ServiceContext, db: Db, facts: readonly Fact<"expired">[]) {
  if (facts.length === 0) return [];
  const batchIds = facts.map((fact) => fact.batchId);
  await markOnChain(db, "expired_at", marksOf(facts), DONE);
  await postJournal(context, db, { kind: "expire", batches: facts });
  return recordReleased(context, db, batchIds);
}

/** One transfer that its payee gives back: both legs on chain, and the payee's outlay to its user. */
async function applyReturn(context: ServiceContext, db: Db, fact: Fact<"returned">) {
  const { batchId, index, reason } = fact;
  await moveReturns(db, [{ batchId, index }], { stage: "done" });
  await markReturned(db, { batchId, index, reference: referenceOf(fact) });
  const learnt = {
    fact: "returned-on-chain",
    batchIds: [batchId],
    indexes: [index],
    reason,
  } as const;
  const held = await recordFact(db, { ...learnt, fromStates: ["held"] });
  const settled = await recordFact(db, learnt);
  const selection = { of: "only", places: [fact] } as const;
  const kinds = ["return", held.length > 0 ? "release-hold" : "take-back"] as const;
  for (const kind of kinds) await postJournal(context, db, { kind, batches: [fact], selection });
  return [...held, ...settled];
}

async function applyReturned(context: ServiceContext, db: Db, facts: readonly Fact<"returned">[]) {
  const changed = [];
  for (const fact of facts) changed.push(...(await applyReturn(context, db, fact)));
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

/** Positions' movements, as a cut-off cycle sums them up. */
async function recordMovements(db: Db, facts: readonly ChainFact[]): Promise<void> {
  const moving = [...ofKind(facts, "settled"), ...ofKind(facts, "returned")];
  if (moving.length === 0) return;
  const batchIds = moving.map((fact) => fact.batchId);
  await insertMovements(db, movementsOf(moving, await findQuotesOfBatches(db, batchIds)));
}

/**
 * Records what the contracts logged: states, journal, chain references, queues. Batches that are not ours match no
 * row. Answers who has an outcome now.
 */
export async function recordChainFacts(
  context: ServiceContext,
  db: Db,
  facts: readonly ChainFact[],
): Promise<Uetr[]> {
  await applyReserved(context, db, ofKind(facts, "reserved"));
  const decided = [
    ...(await applySettled(context, db, facts)),
    ...(await applyExpired(context, db, ofKind(facts, "expired"))),
    ...(await applyReturned(context, db, ofKind(facts, "returned"))),
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
  await recordMovements(db, facts);
  return decided.map((transfer) => transfer.uetr);
}
