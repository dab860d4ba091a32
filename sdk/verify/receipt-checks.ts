import type { z } from "zod";
import { unpackAmounts } from "../../protocol/amounts.ts";
import { provesInstruction } from "../../protocol/batch-tree.ts";
import { commitmentTo } from "../../protocol/commitment.ts";
import {
  type Address,
  type BatchId,
  batchIdOf,
  type Deployment,
  outcomeDigestOf,
  type QuoteHash,
  quoteHashOf,
  returnDigestOf,
} from "../../protocol/messages.ts";
import { obeysQuote } from "../../protocol/rate.ts";
import { reasonToBytes4 } from "../../protocol/reason-codes.ts";
import { rejectionsHashOf, unpackRejections } from "../../protocol/rejections.ts";
import { recoverSigner } from "../../protocol/signature.ts";
import type { paymentDetailsSchema } from "../../protocol/wire/payment-details.ts";
import type { Receipt } from "../../protocol/wire/receipt.ts";

/** What is checked of a receipt, in this order. The last two only on a chain. */
export const RECEIPT_STEPS = [
  /** It is written as receipts are. */
  "form",
  /** It is of the chain and contract that the reader pins. */
  "deployment",
  /** The bank's signer signed the quote. */
  "quote-signature",
  /** The batch is made for this quote. */
  "batch-quote",
  /** The payer's signer signed the batch. */
  "batch-signature",
  /** The transfer stands at its place in the batch. */
  "inclusion",
  /** Its amounts are in the quoted rate. */
  "rate",
  /** The reader's details and salt open its commitment. Only when they are given. */
  "details",
  /** The payee's signer signed the outcome. Only when there is one. */
  "outcome-signature",
  /** The payee's signer signed the return. Only when there is one. */
  "return-signature",
  /** Every chain transaction named logged what it is named for. */
  "chain-references",
  /** The contract holds the transfer where the signatures say it is. */
  "chain-status",
] as const;
/** The name of a step. */
export type ReceiptStepName = (typeof RECEIPT_STEPS)[number];

/** One step's end; `detail` says what was found, for people. */
export interface ReceiptStep {
  readonly step: ReceiptStepName;
  readonly passed: boolean;
  readonly detail: string;
}

/** The three keys that sign. */
export interface ReceiptSigners {
  readonly bank: Address;
  readonly payer: Address;
  /** The payee's when it answered, and when it gave back: mostly the same. */
  readonly payee: Address;
  readonly payeeAtReturn?: Address;
}

/** What the wallets alone hold: what a commitment stands for. */
export interface Opening {
  readonly details: z.input<typeof paymentDetailsSchema>;
  readonly salt: string;
}

/** A receipt's two hashes, made by the reader for the deployment that it pins. */
export interface ReceiptHashes {
  readonly quoteHash: QuoteHash;
  readonly batchId: BatchId;
}

/** A receipt's hashes in a deployment. */
export function hashesOf(receipt: Receipt, deployment: Deployment): ReceiptHashes {
  return {
    quoteHash: quoteHashOf(deployment, receipt.quote),
    batchId: batchIdOf(deployment, receipt.batch),
  };
}

/** A step's end; `detail` is what is said of it when it failed. */
export const stepOf = (step: ReceiptStepName, passed: boolean, detail: string): ReceiptStep => ({
  step,
  passed,
  detail: passed ? "holds" : detail,
});

function signedBy(
  step: ReceiptStepName,
  signed: { readonly digest: string; readonly signature: string; readonly signer: Address },
): ReceiptStep {
  const actual = recoverSigner(signed.digest, signed.signature);
  const passed = actual === signed.signer.toLowerCase();
  return stepOf(step, passed, `signed by ${actual ?? "nobody"}, not by ${signed.signer}`);
}

function checkOutcome(
  outcome: NonNullable<Receipt["outcome"]>,
  signed: { deployment: Deployment; batchId: BatchId; payee: Address; count: number },
): ReceiptStep {
  const { deployment, batchId, payee, count } = signed;
  try {
    const rejections = unpackRejections(outcome.rejections);
    if (rejections.some(({ index }) => index >= count)) {
      return stepOf("outcome-signature", false, "it rejects what is not in the batch");
    }
    const message = { batchId, rejectionsHash: rejectionsHashOf(rejections) };
    const digest = outcomeDigestOf(deployment, message);
    return signedBy("outcome-signature", { digest, signature: outcome.signature, signer: payee });
  } catch {
    return stepOf("outcome-signature", false, "the list of rejections cannot be read");
  }
}

function checkOpening(receipt: Receipt, { details, salt }: Opening): ReceiptStep {
  const differs = "the details and salt stand for another commitment";
  try {
    const opens = commitmentTo(details, salt) === receipt.instruction.commitment;
    return stepOf("details", opens, differs);
  } catch {
    return stepOf("details", false, differs);
  }
}

/** What the messages and their signatures prove by themselves, asking nobody. */
export function checkMessages(
  receipt: Receipt,
  known: { readonly deployment: Deployment; readonly signers: ReceiptSigners; opening?: Opening },
): ReceiptStep[] {
  const { deployment, signers, opening } = known;
  const { quote, batch, index, instruction, siblings, outcome, signedReturn } = receipt;
  const { quoteHash, batchId } = hashesOf(receipt, deployment);
  const own =
    receipt.chainId === deployment.chainId.toString() &&
    receipt.corridorContract.toLowerCase() === deployment.corridor.toLowerCase();
  const included =
    index < batch.count && provesInstruction({ root: batch.root, index, instruction, siblings });
  const { send, receive } = unpackAmounts(instruction.amounts);
  const priced = obeysQuote({ send, receive, rate: quote.rate }) && send <= batch.sendTotal;
  const { quoteSignature, batchSignature } = receipt;
  const { bank, payer, payee, payeeAtReturn = payee } = signers;
  const steps = [
    stepOf("deployment", own, "it is of another chain or contract"),
    signedBy("quote-signature", { digest: quoteHash, signature: quoteSignature, signer: bank }),
    stepOf("batch-quote", batch.quoteHash === quoteHash, "the batch names another quote"),
    signedBy("batch-signature", { digest: batchId, signature: batchSignature, signer: payer }),
    stepOf("inclusion", included, "the batch has no such transfer at this place"),
    stepOf("rate", priced, "the amounts are not in the quoted rate"),
  ];
  if (opening) steps.push(checkOpening(receipt, opening));
  if (outcome)
    steps.push(checkOutcome(outcome, { deployment, batchId, payee, count: batch.count }));
  if (signedReturn) {
    const message = { batchId, index, reason: reasonToBytes4(signedReturn.reason) };
    const digest = returnDigestOf(deployment, message);
    const { signature } = signedReturn;
    steps.push(signedBy("return-signature", { digest, signature, signer: payeeAtReturn }));
  }
  return steps;
}
