import type { Address, BatchId } from "../../protocol/messages.ts";
import type { Transfer } from "../../protocol/wire/relayer.ts";
import { verifyOutcome } from "../verify/verify-outcome.ts";
import type { PinnedConfiguration } from "./pinned-configuration.ts";
import type { SignedOrder } from "./sign-order.ts";

/** A transfer that was handed in, and what its payee has proven of it. */
export interface Sent {
  readonly uetr: string;
  /**
   * *credited* and *held* (for review, or by law) are the payee's signature, checked with its key; *rejected* too, and
   * gives nothing back yet: the chain does. *pending* is nothing that is signed yet.
   */
  readonly outcome: "credited" | "held" | "rejected" | "pending";
  /** ISO 20022 status reason of a rejection. */
  readonly reason?: string;
  /** What the relayer tells of it. */
  readonly transfer: Transfer;
  readonly order: SignedOrder;
}

/**
 * Checks what the relayer told of a transfer of our order: it must be the one that we signed for, at its place, and its
 * outcome must be signed by the payee. @throws ProtocolError `consent-invalid` when it is not.
 */
export async function proveSent(
  pinned: PinnedConfiguration,
  order: SignedOrder,
  told: { readonly transfer: Transfer; readonly index: number },
): Promise<Sent> {
  const { transfer, index } = told;
  const uetr = order.request.transfers[index]?.details.uetr ?? "";
  const { outcome } = transfer;
  if (!outcome) return { uetr, outcome: "pending", transfer, order };
  const proven = verifyOutcome(pinned.deployment, {
    batchId: order.batchId as BatchId,
    index,
    rejections: outcome.rejections,
    signature: outcome.signature,
    payeeSigner: await pinned.signerOf(order.signedQuote.quote.payee as Address),
  });
  if (proven.answered === "rejected") {
    return { uetr, outcome: "rejected", reason: proven.reason, transfer, order };
  }
  return { uetr, outcome: transfer.state === "held" ? "held" : "credited", transfer, order };
}
