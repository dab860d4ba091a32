import type { ParticipantId } from "../../../protocol/corridor.ts";
import { returnDigestOf } from "../../../protocol/messages.ts";
import { reasonToBytes4 } from "../../../protocol/reason-codes.ts";
import { assertSignedBy } from "../../../protocol/signature.ts";
import type { SignedReturn } from "../../../protocol/wire/participant.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { accountOf, deploymentOf, knownCorridor, type ServiceContext } from "../service-context.ts";
import { insertReturn } from "../store/returns.ts";
import { findTransfer, type TransferView } from "../store/transfers.ts";

/** A recall's reason (camt.056): the customer asks. */
const REQUESTED_BY_CUSTOMER = "CUST";

async function assertReturn(
  context: ServiceContext,
  transfer: TransferView,
  order: SignedReturn,
): Promise<void> {
  const { payee } = knownCorridor(context, transfer.corridor_id);
  if (order.batchId !== transfer.batch_id || order.index !== transfer.batch_index) {
    throw new ProblemError("participant-unavailable", "the payee returned another transfer");
  }
  const { batchId, index } = order;
  const message = { batchId, index, reason: reasonToBytes4(order.reason) };
  const digest = returnDigestOf(deploymentOf(context), message);
  const signer = await context.chain.signerOf(accountOf(context, payee));
  assertSignedBy({ digest, signature: order.signature, signer, field: "/signature" });
}

/**
 * Asks the payee to give a credited transfer back. Its signed return is stored and sent to the chain once the batch
 * is settled there; a refusal comes with its camt.029 reason and changes nothing.
 */
export async function recallTransfer(
  context: ServiceContext,
  participantId: ParticipantId,
  uetr: Uetr,
): Promise<{ accepted: boolean; reason: string }> {
  const transfer = await findTransfer(context.db, { participantId, uetr });
  if (!transfer) throw new ProblemError("not-found", "there is no transfer of this id");
  if (!["credited", "held", "settled", "returned"].includes(transfer.state)) {
    throw new ProblemError("transition", `a ${transfer.state} transfer cannot be recalled`, {
      remedy: "wait until it is credited",
    });
  }
  const { payee } = knownCorridor(context, transfer.corridor_id);
  const payer = accountOf(context, participantId);
  const request = { uetr, payer, reason: REQUESTED_BY_CUSTOMER };
  const answer = await context.participants.recall(payee, request);
  if (!answer.accepted) return answer;
  const { signedReturn } = answer;
  await assertReturn(context, transfer, signedReturn);
  await insertReturn(context.db, signedReturn);
  context.signals.wake("chain");
  return { accepted: true, reason: signedReturn.reason };
}
