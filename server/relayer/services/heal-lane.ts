import { failpoint } from "../../foundation/process/failpoint.ts";
import type { ServiceContext } from "../service-context.ts";
import {
  findCalls,
  findUnmined,
  markMined,
  markSent,
  type UnminedTransaction,
} from "../store/chain-transactions.ts";
import { inTransaction } from "../store/in-transaction.ts";
import {
  findMissingNonces,
  findUnminedForms,
  insertFiller,
  readLane,
  replaceForm,
} from "../store/lanes.ts";
import { openCase } from "./open-case.ts";
import { returnToQueue } from "./return-to-queue.ts";

/**
 * Sends stored chain transactions again that no final block has shown: the same bytes, which cannot count twice. One
 * that blocks have passed by for a while is signed again with a higher fee first, if it is this relayer's own.
 */
export async function resendUnmined(context: ServiceContext): Promise<void> {
  const { db, chain, times } = context;
  const unmined = await findUnmined(db, { olderThanMs: times.resendMs, ownLane: chain.lane });
  if (unmined.length === 0) return;
  const { timestamp } = await chain.newestBlock();
  for (const transaction of unmined) {
    const passedByMs = Number(timestamp) * 1_000 - transaction.signedAt.getTime();
    const own = transaction.lane === chain.lane;
    if (own && passedByMs >= times.raiseFeeMs) await raiseFee(context, transaction);
    else await sendAgain(context, transaction);
  }
}

/** One that the node does not take must not keep the others from being sent. */
async function sendAgain({ db, chain, log }: ServiceContext, { hash, raw }: UnminedTransaction) {
  try {
    await chain.broadcast(raw);
    await markSent(db, hash);
  } catch (error) {
    log.warn({ transactionHash: hash, err: error }, "the node did not take a chain transaction");
  }
}

async function raiseFee(context: ServiceContext, old: UnminedTransaction): Promise<void> {
  const { db, chain, log } = context;
  const { nonce } = old;
  // Its block may be too young to be final: then nothing waits.
  if (nonce < (await chain.countedNonce())) return sendAgain(context, old);
  const signed = await chain.signAgain(old.raw);
  if (!signed) {
    log.error({ nonce }, "a chain transaction waits at the highest fee that is ever offered");
    return sendAgain(context, old);
  }
  if (!(await replaceForm(db, old, signed))) return;
  await failpoint("C04");
  log.info({ nonce, replaced: old.hash, by: signed.hash }, "fee raised");
  await sendAgain(context, { ...old, ...signed });
}

/**
 * Asks the chain for what it has counted of this lane and logged nothing of: such a chain transaction reverted whole,
 * and its calls go back to their queues. Answers the first counted nonce under which none of our forms was mined, if there
 * is one: either the node that was asked lags behind the one that counted, or somebody else holds the key.
 */
async function settleCounted(context: ServiceContext): Promise<bigint | undefined> {
  const { db, chain } = context;
  const final = await chain.finalNonce();
  for (const { nonce, hashes } of await findUnminedForms(db, chain.lane, final)) {
    const found = await Promise.all(
      hashes.map(async (hash) => {
        const mined = await chain.minedIn(hash);
        return mined && { hash, ...mined };
      }),
    );
    const mined = found.find((each) => each !== undefined);
    if (!mined) return nonce;
    const { hash, blockNumber, reverted } = mined;
    await inTransaction(db, async (trx) => {
      await markMined(trx, [{ hash, blockNumber }]);
      const [carried] = reverted ? await findCalls(trx, [hash]) : [];
      for (const call of carried?.calls ?? []) await returnToQueue(trx, call, "Reverted");
    });
  }
  return undefined;
}

/** One round that finds nothing mined under a counted nonce may have asked a node that lags; so many in a row are believed. */
const BELIEVED_ABSENCES = 3;

/** Signs nothing more with this key: what others do with it cannot be told from what we do. */
async function haltLane(context: ServiceContext, reason: string): Promise<void> {
  const { db, chain, halts } = context;
  await openCase(context, db, { kind: "foreign-nonce", subject: chain.lane, facts: { reason } });
  await halts.halt(`lane:${chain.lane}`, reason);
}

/** Fills nonces that the chain waits for and of which nothing is stored, so that those behind them can be mined. */
async function fillGaps(context: ServiceContext, range: { from: bigint; below: bigint }) {
  const { db, chain, log } = context;
  const { lane } = chain;
  for (const nonce of await findMissingNonces(db, lane, range)) {
    const signed = await chain.signNote("0x", nonce);
    if (!(await insertFiller(db, { lane, nonce, ...signed }))) continue;
    log.warn({ nonce }, "a missing nonce is filled");
    await chain.broadcast(signed.raw);
  }
}

/**
 * Holds this relayer's lane against what the chain has counted of its key, round after round. What the first round finds
 * missing was signed before this process began: the database may have been restored to an older state, in which orders
 * are missing too. Then nothing new is reserved by anybody on it until an operator has looked.
 */
export function createLaneHealer(context: ServiceContext): () => Promise<void> {
  const { db, chain, halts } = context;
  let isFirst = true;
  let absences = 0;
  return async function healLane() {
    // In this order: a nonce is stored before it is sent, so the chain cannot have counted more than is stored now.
    const counted = await chain.countedNonce();
    const { nextNonce } = await readLane(db, chain.lane, async () => counted);
    const atStart = isFirst;
    isFirst = false;
    if (counted > nextNonce) {
      const reason = `the chain counts ${counted}, and ${nextNonce} were signed here`;
      const isNews = (await halts.reasonOf(`lane:${chain.lane}`)) === undefined;
      if (atStart && isNews) await halts.halt("reservations", `at the start ${reason}`);
      return haltLane(context, reason);
    }
    if (counted < nextNonce) await fillGaps(context, { from: counted, below: nextNonce });
    const foreign = await settleCounted(context);
    absences = foreign === undefined ? 0 : absences + 1;
    if (absences < BELIEVED_ABSENCES) return;
    await haltLane(context, `nonce ${foreign} was used by somebody else`);
  };
}
