import type { BatchId } from "../../../protocol/messages.ts";
import { encodeSettleCall } from "../../../protocol/settle-call.ts";
import { creditInstructionSchema } from "../../../protocol/wire/participant.ts";
import { instructionsOf } from "../../../sdk/receive/verify-reservation.ts";
import { readFinalBlock } from "../../foundation/chain/read-blocks.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { findCreditBatch, findUnsettled, setChainState } from "../store/credits.ts";
import type { WalletParts } from "../wallet-parts.ts";

/** The settle call for a batch that this wallet has answered. */
function encodeSettle(wallet: WalletParts, batchId: BatchId): string {
  const stored = findCreditBatch(wallet.db, batchId);
  if (!stored) throw new Error("only an answered batch can be settled");
  const instruction = creditInstructionSchema.parse(stored.instruction);
  const { quote, batch } = instruction;
  const { rejections, outcomeSignature } = stored.answer;
  const instructions = instructionsOf(instruction);
  return encodeSettleCall({ quote, batch, instructions, rejections, outcomeSignature });
}

async function settleOne(wallet: WalletParts, batchId: BatchId): Promise<void> {
  const { corridor, db, account, config, log } = wallet;
  const block = await readFinalBlock(corridor.connection);
  const { status, settleUntil } = await readBatch(corridor, batchId, block);
  if (status === "Settled") setChainState(db, batchId, "settled");
  if (status === "Expired") setChainState(db, batchId, "expired");
  if (status !== "Reserved" || block.timestamp >= settleUntil) return;
  log.info({ batchId }, "nobody has settled: settling it ourselves");
  await account.send({ to: config.network.corridor, data: encodeSettle(wallet, batchId) });
}

/**
 * Settles for itself what it has credited and nobody has settled in time, so that its money never depends on a
 * relayer being alive. One that cannot be settled now does not keep the others waiting; it is tried again.
 */
export async function settleLate(wallet: WalletParts): Promise<void> {
  for (const batchId of findUnsettled(wallet.db, Date.now())) {
    await settleOne(wallet, batchId).catch((error: unknown) => {
      wallet.log.warn({ batchId, err: error }, "a credited batch could not be settled");
    });
  }
}
