import { type BookedItem, type Break, findBreaks } from "../../../protocol/reconciliation.ts";
import type { ChainFact } from "../ports/chain-facts.ts";
import { knownCorridor, type ServiceContext } from "../service-context.ts";
import { findCheckpoint } from "../store/checkpoints.ts";
import {
  findBatchSums,
  findReconciled,
  moveReconciled,
  sumChainEntries,
} from "../store/reconciliation.ts";

/** Blocks compared at a time. */
const MAX_BLOCKS = 500;

type BatchSums = Awaited<ReturnType<typeof findBatchSums>>[number];

/** What one log says moved, in both currencies of its batch's corridor. */
function itemsOf(context: ServiceContext, fact: ChainFact, sums: BatchSums): BookedItem[] {
  const { sendCurrency, receiveCurrency } = knownCorridor(context, sums.corridor_id as never);
  const both = (kind: string, send: bigint, receive: bigint): BookedItem[] => [
    { key: `${sums.batch_id} ${kind}`, currency: sendCurrency, amountMinor: send },
    { key: `${sums.batch_id} ${kind}`, currency: receiveCurrency, amountMinor: receive },
  ];
  switch (fact.kind) {
    case "reserved":
      return both("reserve", sums.send_total, sums.receive_total);
    case "expired":
      return both("expire", sums.send_total, sums.receive_total);
    case "settled":
      return both("settle", fact.sendMinor, fact.receiveMinor);
    case "returned":
      return both("return", fact.sendMinor, fact.receiveMinor);
    default:
      return [];
  }
}

/** What the chain logged of our batches in some blocks, read anew. */
async function readChainItems(
  context: ServiceContext,
  blocks: { readonly from: number; readonly to: number },
): Promise<BookedItem[]> {
  const facts = await context.chain.factsIn(blocks);
  const ids = new Set(facts.flatMap((fact) => ("batchId" in fact ? [fact.batchId] : [])));
  const sums = await findBatchSums(context.db, [...ids]);
  const byId = new Map(sums.map((row) => [row.batch_id, row]));
  return facts.flatMap((fact) => {
    const own = "batchId" in fact ? byId.get(fact.batchId) : undefined;
    return own ? itemsOf(context, fact, own) : [];
  });
}

/**
 * Compares the journal with the chain, block by block up to where the chain has been followed: every reservation,
 * settlement, release and return of our batches, in sums per batch. Both were committed together, so nothing may
 * differ. Answers the breaks of the first span that has some; the next round looks at it again.
 */
export async function reconcileChain(context: ServiceContext): Promise<Break[]> {
  const { db, network } = context;
  for (;;) {
    const checkpoint = await findCheckpoint(db);
    const from = ((await findReconciled(db)) ?? network.deployedInBlock - 1) + 1;
    if (!checkpoint || checkpoint.number < from) return [];
    const to = Math.min(checkpoint.number, from + MAX_BLOCKS - 1);
    const block = await context.chain.blockAt(to);
    if (!block) return [];
    const rows = await sumChainEntries(db, { from, to });
    const journal = rows.map((row) => ({
      key: `${row.batch_id} ${row.kind}`,
      currency: row.currency,
      amountMinor: row.amount_minor,
    }));
    const breaks = findBreaks(journal, await readChainItems(context, { from, to }));
    // A roll-back in between moves the checkpoint behind what was compared: then it is compared again.
    if (breaks.length > 0)
      return (await findCheckpoint(db))?.number === checkpoint.number ? breaks : [];
    await moveReconciled(db, { number: to, hash: block.hash });
  }
}
