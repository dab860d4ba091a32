import type { z } from "zod";
import { commitmentTo } from "../../protocol/commitment.ts";
import { paymentDetailsSchema } from "../../protocol/wire/payment-details.ts";
import { newSalt } from "./prepare-batch.ts";

/** Payment details as they travel. */
type WireDetails = z.input<typeof paymentDetailsSchema>;

/** What stands on chain for one payment's details, and the salt that opens it. */
export interface PaymentCommitment {
  readonly commitment: string;
  /** 32 random bytes. Whoever deletes it makes the commitment anonymous. */
  readonly salt: string;
}

/**
 * Commits to payment details: keccak256(salt ‖ keccak256(JCS(details))), JCS being RFC 8785. The salt is new unless one
 * is given. Throws for details that two parties could read differently: numbers, text that is not NFC, unknown fields.
 */
export function commitToPayment(details: WireDetails, salt = newSalt()): PaymentCommitment {
  return { commitment: commitmentTo(paymentDetailsSchema.parse(details), salt), salt };
}

/** Whether details and salt are what a commitment stands for. */
export function opensCommitment(
  opening: { readonly details: WireDetails; readonly salt: string },
  commitment: string,
): boolean {
  try {
    return commitToPayment(opening.details, opening.salt).commitment === commitment;
  } catch {
    return false;
  }
}
