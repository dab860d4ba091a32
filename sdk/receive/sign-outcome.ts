import type { BatchId, Deployment } from "../../protocol/messages.ts";
import { type StatusReason, statusReason } from "../../protocol/reason-codes.ts";
import { packRejections, rejectionsHashOf } from "../../protocol/rejections.ts";
import type { CreditStatus, WireCreditAnswer } from "../../protocol/wire/participant.ts";
import { type PartySigner, signMessage } from "../keys/signer.ts";

/** What a receiving wallet has decided of one transfer of a batch. */
export interface CreditDecision {
  readonly uetr: string;
  /** Credited, held for review, held by law, or rejected. */
  readonly status: CreditStatus;
  /** ISO 20022 status reason: for a rejection, and only there. */
  readonly reason?: string;
}

/** The reason of each rejection, by its place in the batch. @throws ProtocolError `reason-code`. */
function rejectionsIn(decisions: readonly CreditDecision[]) {
  return decisions.flatMap(({ status, reason = "" }, index) => {
    const code: StatusReason | undefined = status === "RJCT" ? statusReason(reason) : undefined;
    return code === undefined ? [] : [{ index, reason: code as string }];
  });
}

/**
 * Signs for a whole batch: "I answer for all of these but the rejected ones". From then on the wallet owes its users
 * what it did not reject, and holds the proof that settles the batch. Sign once, in the commit that credits, and answer
 * the same for ever: two different outcomes of one batch are evidence of fraud.
 *
 * `decisions` are in the batch's order, one for each transfer.
 */
export async function signOutcome(
  signer: PartySigner,
  answered: {
    readonly deployment: Deployment;
    readonly batchId: BatchId;
    readonly decisions: readonly CreditDecision[];
  },
): Promise<WireCreditAnswer> {
  const { deployment, batchId, decisions } = answered;
  const rejections = rejectionsIn(decisions);
  const message = { batchId, rejectionsHash: rejectionsHashOf(rejections) };
  return {
    batchId,
    answers: decisions.map(({ uetr, status, reason }) => ({
      uetr,
      status,
      ...(reason !== undefined && { reason }),
    })),
    rejections: packRejections(rejections),
    outcomeSignature: await signMessage(signer, deployment, { type: "Outcome", message }),
    answeredAt: new Date().toISOString(),
  };
}
