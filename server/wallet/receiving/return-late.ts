import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { reasonToBytes4 } from "../../../protocol/reason-codes.ts";
import { endSignedReturn, listOpenReturns, type SignedReturn } from "../store/signed-returns.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { readCredited } from "./read-credited.ts";

/** Returns a transfer if it is settled and was not returned, and notes when nothing is left to do for it. */
async function returnOne(wallet: WalletParts, order: SignedReturn): Promise<void> {
  const { db, account, config, log } = wallet;
  const { batchId, index, reason, signature } = order;
  const { quote, place, status, returnableFor } = await readCredited(wallet, order);
  const { batch, instruction, siblings } = place;
  if (status !== "Settled" && status !== "Reserved") return endSignedReturn(db, order);
  if (status !== "Settled") return;
  if (returnableFor <= 0n) {
    log.error({ batchId, index }, "a signed return came too late: its money is in transit");
    return;
  }
  log.info({ batchId, index }, "nobody has returned it: returning it ourselves");
  const call = [quote, batch, index, instruction, siblings, reasonToBytes4(reason), signature];
  const data = corridorAbi.encodeFunctionData("returnTransfer", call);
  await account.send({ to: config.network.corridor, data });
}

/**
 * Carries out by itself what it has signed to give back and nobody has carried out in time: the money was taken from the
 * recipient when it was signed, so its way back to the sender must not depend on anybody having heard the answer. One
 * that cannot be carried out now, for want of a position, say, does not keep the others waiting.
 *
 * @returns The work of one round; it remembers since when each order has waited.
 */
export function createLateReturner(wallet: WalletParts): () => Promise<void> {
  const seenAt = new Map<string, number>();
  return async function returnLate() {
    const now = performance.now();
    const open = listOpenReturns(wallet.db);
    for (const order of open) {
      const { batchId, index } = order;
      const key = `${batchId} ${index}`;
      const since = seenAt.get(key) ?? now;
      seenAt.set(key, since);
      if (now - since < wallet.config.receiving.settleWithinMs) continue;
      await returnOne(wallet, order).catch((error: unknown) => {
        // Not again before the others have had their turn, and some time has passed.
        seenAt.set(key, now);
        wallet.log.warn({ batchId, index, err: error }, "a signed return could not be carried out");
      });
    }
    if (open.length === 0) seenAt.clear();
  };
}
