import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { ServiceContext } from "../service-context.ts";
import { moveCheckpoint } from "../store/checkpoints.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { undoJournalAfter } from "../store/journal.ts";
import { recordFact } from "../store/record-fact.ts";
import { listFollowedBlocks, type Undone, undoBlocksAfter } from "../store/roll-back.ts";
import { openCase } from "./open-case.ts";

/** How many of the followed blocks are looked through for one that the chain still holds. */
const MAX_BLOCKS = 5_000;
/** Ids named in a case; the count beside them is of all. */
const MAX_NAMED = 50;

/** The newest followed block that the chain still holds, or the one in which the contracts began. */
async function findAncestor(context: ServiceContext): Promise<Checkpoint> {
  const { chain, network } = context;
  for (const followed of await listFollowedBlocks(context.db, MAX_BLOCKS)) {
    const now = await chain.blockAt(followed.number);
    if (now?.hash === followed.hash) return followed;
  }
  const start = await chain.blockAt(network.deployedInBlock);
  if (!start) throw new Error(`the node has no block ${network.deployedInBlock}`);
  return { number: start.number, hash: start.hash };
}

function factsOf(from: Checkpoint, ancestor: Checkpoint, { unreserved, reopened }: Undone) {
  return {
    followed: from,
    commonBlock: ancestor,
    unreservedCount: unreserved.length,
    unreserved: unreserved.slice(0, MAX_NAMED),
    reopenedCount: reopened.length,
    reopened: reopened.slice(0, MAX_NAMED),
  };
}

/**
 * The chain has replaced blocks that were final for us. What was read from them is undone in one commit: the transfers
 * whose reservation is gone are disputed, their chain transactions are sent again, and no new reservation is made
 * until an operator has looked, since the network's depth has proved too small. What comes back on the chain is
 * applied as it was before.
 */
export async function rollBack(context: ServiceContext, from: Checkpoint): Promise<void> {
  const { db, halts, times } = context;
  const ancestor = await findAncestor(context);
  await halts.halt(
    "reservations",
    `the chain replaced blocks ${ancestor.number + 1} to ${from.number}`,
  );
  await inTransaction(db, async (trx) => {
    if (!(await moveCheckpoint(trx, from, ancestor))) return;
    const undone = await undoBlocksAfter(trx, ancestor, times.recheckMs);
    await undoJournalAfter(trx, ancestor.number);
    if (undone.unreserved.length > 0) {
      await recordFact(trx, { fact: "contradicted", batchIds: undone.unreserved });
    }
    await openCase(context, trx, {
      kind: "reorganised",
      subject: from.hash,
      facts: factsOf(from, ancestor, undone),
    });
  });
}
