import { siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { reasonToBytes4 } from "../../../protocol/reason-codes.ts";
import { creditInstructionSchema } from "../../../protocol/wire/participant.ts";
import { instructionsOf } from "../../../sdk/receive/verify-reservation.ts";
import { readFinalBlock } from "../../foundation/chain/block.ts";
import { readTransfer } from "../../foundation/chain/read-corridor.ts";
import { findCreditBatch } from "../store/credits.ts";
import { listSignedReturns, type SignedReturn } from "../store/signed-returns.ts";
import type { WalletParts } from "../wallet-parts.ts";

const keyOf = ({ batchId, index }: SignedReturn) => `${batchId} ${index}`;

/** What the chain says now of a transfer that is to be returned, and the call that returns it. */
async function lookAt(wallet: WalletParts, order: SignedReturn) {
  const stored = findCreditBatch(wallet.db, order.batchId as BatchId);
  if (!stored) throw new Error("only a credited transfer can be returned");
  const { quote, batch, items } = creditInstructionSchema.parse(stored.instruction);
  const instructions = instructionsOf({ items });
  const { index, reason, signature } = order;
  const instruction = instructions[index];
  if (!instruction) throw new Error("a signed return names an item of its batch");
  const siblings = siblingsOf(treeOf(instructions), index);
  const block = await readFinalBlock(wallet.corridor.connection);
  const place = { batch, index, instruction, siblings };
  const status = await readTransfer(wallet.corridor, place, block);
  const call = [quote, batch, index, instruction, siblings, reasonToBytes4(reason), signature];
  return { status, inTime: block.timestamp < quote.returnUntil, call };
}

/**
 * Carries out by itself what it has signed to give back and nobody has carried out in time: the money was taken from the
 * recipient when it was signed, so its way back to the sender must not depend on anybody having heard the answer.
 * One is made for each wallet, and remembers what has ended.
 */
export function createLateReturner(wallet: WalletParts): () => Promise<void> {
  const { db, account, config, log } = wallet;
  const ended = new Set<string>();
  const seenAt = new Map<string, number>();

  async function look(order: SignedReturn): Promise<void> {
    const { status, inTime, call } = await lookAt(wallet, order);
    if (status !== "Settled" && status !== "Reserved") ended.add(keyOf(order));
    if (status !== "Settled" || !inTime) return;
    log.info({ batchId: order.batchId }, "nobody has returned it: returning it ourselves");
    const data = corridorAbi.encodeFunctionData("returnTransfer", call);
    await account.send({ to: config.network.corridor, data });
  }

  return async function returnLate() {
    const now = performance.now();
    for (const order of listSignedReturns(db)) {
      const key = keyOf(order);
      if (ended.has(key)) continue;
      const since = seenAt.get(key) ?? now;
      seenAt.set(key, since);
      if (now - since >= config.receiving.settleWithinMs) await look(order);
    }
  };
}
