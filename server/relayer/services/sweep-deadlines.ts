import type { Block } from "../../foundation/chain/block.ts";
import type { ServiceContext } from "../service-context.ts";
import { findOverdue, findStale, moveByFact } from "../store/batches.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { pruneNonces } from "../store/request-nonces.ts";
import { releaseLapsedQuotes } from "../store/wholesale-quotes.ts";
import { recordReleased } from "./record-released.ts";

/** Nonces that one sweep forgets: more than any second uses up. */
const NONCES = 10_000;
/** Lapsed quotes whose room one sweep gives back. */
const LAPSED = 5_000;

/** Batches that were not reserved in time: None in a block at or past `validUntil` is final. */
async function expireUnreserved(context: ServiceContext, block: Block): Promise<void> {
  const { db, chain, signals } = context;
  const stages = ["reserve", "reserving"] as const;
  const deadline = "valid_until";
  const overdue = await findOverdue(db, { stages, deadline, timestamp: block.timestamp });
  for (const { batch_id: batchId } of overdue) {
    const { status } = await chain.batchAt(batchId, block);
    if (status !== "None") continue;
    const changed = await inTransaction(db, async (trx) => {
      await moveByFact(trx, [batchId], { stage: "done", from: stages });
      return recordReleased(context, trx, [batchId]);
    });
    signals.decided(changed.map((transfer) => transfer.uetr));
  }
}

/** Reserved batches that nobody settled in time: the chain releases both legs to where they came from. */
async function expireUnsettled(context: ServiceContext, block: Block): Promise<void> {
  const { db, signals } = context;
  const { timestamp } = block;
  const deadline = "settle_until";
  const stages = ["credit", "settle", "settling"] as const;
  const overdue = await findOverdue(db, { stages, deadline, timestamp });
  if (overdue.length === 0) return;
  const batchIds = overdue.map((batch) => batch.batch_id);
  await moveByFact(db, batchIds, { stage: "expire", from: stages });
  signals.wake("chain");
}

/**
 * Calls that were sent and of which nothing was heard: the chain decides whether they go into another pack. While a
 * chain transaction that carries them may still be mined they wait for it, but not for ever: its key may be gone.
 */
async function recheckStale(context: ServiceContext, block: Block): Promise<void> {
  const { db, chain, signals, times } = context;
  const again = { reserving: "reserve", settling: "settle", expiring: "expire" } as const;
  const look = { carriedMs: times.takeoverMs, block: block.number };
  for (const { batch_id: batchId, stage } of await findStale(db, Object.keys(again), look)) {
    const { status } = await chain.batchAt(batchId, block);
    const pending = status === (stage === "reserving" ? "None" : "Reserved");
    const next = again[stage as keyof typeof again];
    if (!pending) continue;
    await moveByFact(db, [batchId], { stage: next, from: [stage] });
    signals.wake("chain");
  }
}

/** Looks at every clock that can run out: quotes, reservations, holds, and calls without an echo. */
export async function sweepDeadlines(context: ServiceContext): Promise<void> {
  await releaseLapsedQuotes(context.db, LAPSED);
  await pruneNonces(context.db, NONCES);
  const block = await context.chain.finalBlock();
  await expireUnreserved(context, block);
  await expireUnsettled(context, block);
  await recheckStale(context, block);
}
