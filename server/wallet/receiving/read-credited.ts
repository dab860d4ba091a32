import { siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { creditInstructionSchema } from "../../../protocol/wire/participant.ts";
import { instructionsOf } from "../../../sdk/receive/verify-reservation.ts";
import { readFinalBlock } from "../../foundation/chain/read-blocks.ts";
import { readTransfer } from "../../foundation/chain/read-corridor.ts";
import { findCreditBatch } from "../store/credits.ts";
import type { WalletParts } from "../wallet-parts.ts";

/** A transfer that this wallet has credited, as its own node shows it at the network's depth. */
export async function readCredited(
  wallet: WalletParts,
  { batchId, index }: { readonly batchId: string; readonly index: number },
) {
  const stored = findCreditBatch(wallet.db, batchId as BatchId);
  if (!stored) throw new Error("the batch was never answered");
  const { quote, batch, items } = creditInstructionSchema.parse(stored.instruction);
  const instructions = instructionsOf({ items });
  const instruction = instructions[index];
  if (!instruction) throw new Error("the batch has no such transfer");
  const siblings = siblingsOf(treeOf(instructions), index);
  const block = await readFinalBlock(wallet.corridor.connection);
  const place = { batch, index, instruction, siblings };
  const status = await readTransfer(wallet.corridor, place, block);
  /** Seconds of the chain's clock in which it may still be returned; not above zero when it is too late. */
  const returnableFor = quote.returnUntil - block.timestamp;
  return { quote, place, status, returnableFor };
}
