import { encodeSettleCall } from "../../protocol/settle-call.ts";
import type { CreditInstruction, WireCreditAnswer } from "../../protocol/wire/participant.ts";
import type { ChainSender, MinedCall } from "../chain/chain-sender.ts";
import { instructionsOf } from "./verify-reservation.ts";

/**
 * Settles a batch that the calling wallet has answered for, when nobody else has: from a third of the settle margin, and
 * 30 seconds at most, after it answered. Its money must not depend on a relayer being alive. Throws `ChainRefused`, such
 * as `BatchNotReserved` when somebody was faster.
 */
export async function settleCredited(
  sender: ChainSender,
  credited: {
    readonly instruction: CreditInstruction;
    readonly answer: Pick<WireCreditAnswer, "rejections" | "outcomeSignature">;
  },
): Promise<MinedCall> {
  const { instruction, answer } = credited;
  const { quote, batch } = instruction;
  const { rejections, outcomeSignature } = answer;
  const instructions = instructionsOf(instruction);
  return sender.send(
    encodeSettleCall({ quote, batch, instructions, rejections, outcomeSignature }),
  );
}
