import type { ChainTransferStatus } from "../../protocol/contract-abi.ts";
import type { BatchId, Deployment } from "../../protocol/messages.ts";
import { type Receipt, receiptSchema } from "../../protocol/wire/receipt.ts";
import { openChain } from "../chain/chain-reader.ts";
import {
  checkMessages,
  hashesOf,
  type Opening,
  type ReceiptSigners,
  type ReceiptStep,
  stepOf,
} from "./receipt-checks.ts";
import { answerIn, checkReferences, checkStatus, readSigners } from "./receipt-on-chain.ts";

/** What a reader pins for itself: the deployment, and either the three signers or a node that it trusts. */
export type ReceiptReader = {
  readonly deployment: Deployment;
  /** What the commitment stands for, if the reader is one of the wallets. */
  readonly opening?: Opening;
} & ({ readonly signers: ReceiptSigners } | { readonly rpcUrl: string });

/** What a valid receipt proves. */
export interface ReceiptProof {
  readonly receipt: Receipt;
  readonly batchId: BatchId;
  /** The payee's answer: "nothing" when it had not answered yet. */
  readonly payee:
    | { readonly answered: "accepted" | "nothing" }
    | { readonly answered: "rejected"; readonly reason: string };
  /** The reason for which the payee has signed to give it back. */
  readonly returnReason?: string;
  /** Where the contract holds it now; only when a node was asked. */
  readonly onChain?: ChainTransferStatus;
}

/** What came of checking a receipt. */
export interface ReceiptReport {
  /** Every step passed. */
  readonly valid: boolean;
  readonly steps: readonly ReceiptStep[];
  /** Absent unless valid: a receipt that fails anywhere proves nothing. */
  readonly proves?: ReceiptProof;
}

/**
 * Checks a receipt without asking the relayer: offline, against the signers that the reader knows, or on any node,
 * which then also shows where the transfer stands. Whose accounts and tokens they are is for the reader to compare
 * with its own list (`proves.receipt.quote`). Throws `ChainUnreachable` when the node cannot be asked; everything
 * that is wrong with the receipt is a failed step.
 */
export async function verifyReceipt(
  document: unknown,
  reader: ReceiptReader,
): Promise<ReceiptReport> {
  const parsed = receiptSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const detail = `/${issue?.path.join("/") ?? ""}: ${issue?.message ?? "cannot be read"}`;
    return { valid: false, steps: [stepOf("form", false, detail)] };
  }
  const receipt = parsed.data;
  const { deployment } = reader;
  const known = { deployment, ...(reader.opening && { opening: reader.opening }) };
  const steps = [stepOf("form", true, "")];
  let status: ChainTransferStatus | undefined;
  if ("rpcUrl" in reader) {
    const chain = await openChain({ rpcUrl: reader.rpcUrl, deployment });
    const references = await checkReferences(chain, receipt);
    const signers = await readSigners(chain, receipt, { confirmed: references.passed });
    const held = await checkStatus(chain, receipt);
    status = held.status;
    steps.push(...checkMessages(receipt, { ...known, signers }), references, held.step);
  } else {
    steps.push(...checkMessages(receipt, { ...known, signers: reader.signers }));
  }
  if (!steps.every(({ passed }) => passed)) return { valid: false, steps };
  const proves = {
    receipt,
    batchId: hashesOf(receipt, deployment).batchId,
    payee: answerIn(receipt),
    ...(receipt.signedReturn && { returnReason: receipt.signedReturn.reason }),
    ...(status && { onChain: status }),
  };
  return { valid: true, steps, proves };
}
