import { siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { unpackRejections } from "../../../protocol/rejections.ts";
import { creditInstructionSchema } from "../../../protocol/wire/participant.ts";
import { readFinalBlock } from "../../foundation/chain/block.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { findCreditBatch, findUnsettled, setChainState } from "../store/credits.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { instructionsOf } from "./verify-instruction.ts";

/** The settle call for a batch that this wallet has answered. */
function encodeSettle(wallet: WalletParts, batchId: BatchId): string {
  const stored = findCreditBatch(wallet.db, batchId);
  if (!stored) throw new Error("only an answered batch can be settled");
  const instruction = creditInstructionSchema.parse(stored.instruction);
  const instructions = instructionsOf(instruction);
  const { rejections, outcomeSignature } = stored.answer;
  const rejected = unpackRejections(rejections);
  const { quote, batch } = instruction;
  // With most of a large batch rejected, the list is smaller than a proof for each.
  if (rejected.length * 8 > instructions.length && rejected.length > 8) {
    const args = [quote, batch, instructions, rejections, outcomeSignature];
    return corridorAbi.encodeFunctionData("settleWithList", args);
  }
  const levels = rejected.length > 0 ? treeOf(instructions) : [];
  const proofs = rejected.map(({ index }) => ({
    instruction: instructions[index],
    siblings: siblingsOf(levels, index),
  }));
  const args = [quote, batch, rejections, proofs, outcomeSignature];
  return corridorAbi.encodeFunctionData("settle", args);
}

/**
 * Settles for itself what it has credited and nobody has settled in time, so that its money never depends on a
 * relayer being alive.
 */
export async function settleLate(wallet: WalletParts): Promise<void> {
  const { corridor, db, account, config, log } = wallet;
  for (const batchId of findUnsettled(db, Date.now())) {
    const block = await readFinalBlock(corridor.connection);
    const { status, settleUntil } = await readBatch(corridor, batchId, block);
    if (status === "Settled") setChainState(db, batchId, "settled");
    if (status === "Expired") setChainState(db, batchId, "expired");
    if (status !== "Reserved" || block.timestamp >= settleUntil) continue;
    log.info({ batchId }, "nobody has settled: settling it ourselves");
    await account.send({ to: config.network.corridor, data: encodeSettle(wallet, batchId) });
  }
}
