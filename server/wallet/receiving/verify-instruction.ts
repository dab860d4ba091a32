import type { BatchId } from "../../../protocol/messages.ts";
import type { CreditInstruction } from "../../../protocol/wire/participant.ts";
import type { ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";
import { CorridorError } from "../../../sdk/errors/corridor-error.ts";
import {
  type ReservationChain,
  verifyReservation,
} from "../../../sdk/receive/verify-reservation.ts";
import type { Block } from "../../foundation/chain/block.ts";
import { newestFinalBlock, readFinalBlock } from "../../foundation/chain/read-blocks.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { ownAccount, type WalletParts } from "../wallet-parts.ts";

/** The wallet's own node, at its own depth. */
function ownChain({ corridor }: WalletParts): ReservationChain {
  const readAt = async (batchId: BatchId, block: Block) => ({
    ...(await readBatch(corridor, batchId, block)),
    now: block.timestamp,
  });
  return {
    async batchAtDepth(batchId) {
      const known = await readAt(batchId, await newestFinalBlock(corridor.connection));
      if (known.status === "Reserved") return known;
      // Whoever instructs us may have heard of the block before us.
      return readAt(batchId, await readFinalBlock(corridor.connection));
    },
  };
}

/**
 * Everything a receiving wallet must know before it credits, from its own configuration and its own node.
 * @throws ProblemError `tree`, `batch-not-reserved` or `too-late`.
 */
export async function verifyInstruction(
  wallet: WalletParts,
  batchId: BatchId,
  instruction: CreditInstruction,
): Promise<void> {
  const { deployment, config } = wallet;
  const receiveToken = config.network.tokens[config.currency];
  if (!receiveToken) throw new Error(`the network has no ${config.currency} deposit token`);
  const { settleMarginSeconds } = config.receiving;
  const pinned = { deployment, account: ownAccount(wallet), receiveToken, settleMarginSeconds };
  try {
    await verifyReservation(ownChain(wallet), pinned, { batchId, instruction });
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    const { code, message, pointer } = error;
    throw new ProblemError(code as ProblemCode, message, {
      ...(pointer !== undefined && { pointer }),
    });
  }
}
