import {
  type Address,
  type BatchId,
  type Deployment,
  outcomeDigestOf,
} from "../../protocol/messages.ts";
import { rejectionsHashOf, unpackRejections } from "../../protocol/rejections.ts";
import { assertSignedBy } from "../../protocol/signature.ts";

/** What the payee has signed about one transfer. */
export type ProvenOutcome =
  | { readonly answered: "accepted" }
  | { readonly answered: "rejected"; readonly reason: string };

/**
 * Reads a payee's outcome for one transfer of a batch and checks that the payee signed it. Only this makes a
 * transfer *credited* for a payer; what a relayer says is a hint. Throws `consent-invalid`.
 */
export function verifyOutcome(
  deployment: Deployment,
  evidence: {
    readonly batchId: BatchId;
    readonly index: number;
    /** Packed, as signed. */
    readonly rejections: string;
    readonly signature: string;
    /** The payee's signer, as the payer's own node shows it. */
    readonly payeeSigner: Address;
  },
): ProvenOutcome {
  const rejections = unpackRejections(evidence.rejections);
  const outcome = { batchId: evidence.batchId, rejectionsHash: rejectionsHashOf(rejections) };
  assertSignedBy({
    digest: outcomeDigestOf(deployment, outcome),
    signature: evidence.signature,
    signer: evidence.payeeSigner,
    field: "/outcome/signature",
  });
  const rejection = rejections.find(({ index }) => index === evidence.index);
  return rejection ? { answered: "rejected", reason: rejection.reason } : { answered: "accepted" };
}
