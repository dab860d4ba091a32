import type { ReceiptStepName } from "../../../../../sdk/verify/receipt-checks.ts";

/** What a step asks, and what it means when it holds and when it does not. */
interface StepWords {
  readonly title: string;
  readonly holds: string;
  readonly fails: string;
}

/** The words for each step of a check. */
export const STEP_WORDS: Readonly<Record<ReceiptStepName, StepWords>> = {
  form: {
    title: "It is written as receipts are",
    holds: "Every field is there, in its form, and no other.",
    fails: "This is not a receipt of the rail: a field is missing, odd, or too many.",
  },
  deployment: {
    title: "It is of this chain and contract",
    holds: "Chain id and contract are the ones that this page pins.",
    fails: "It is of another chain or another contract, and proves nothing here.",
  },
  "quote-signature": {
    title: "The bank signed the quote",
    holds: "Rate, limits and clocks are as the bank’s signer signed them.",
    fails:
      "The bank did not sign this quote: something in it has been changed, or somebody else signed it.",
  },
  "batch-quote": {
    title: "The batch stands under that quote",
    holds: "The batch names this very quote.",
    fails: "The batch was made under another quote.",
  },
  "batch-signature": {
    title: "The payer signed the batch",
    holds: "Sum, count and root are as the paying wallet’s signer signed them.",
    fails:
      "The payer did not sign this batch: something in it has been changed, or somebody else signed it.",
  },
  inclusion: {
    title: "The payment is a leaf of the batch’s root",
    holds: "The leaf and its siblings hash to the root that the payer signed.",
    fails:
      "The batch has no such payment at this place: amount, commitment or place has been changed.",
  },
  rate: {
    title: "Both amounts are in the quoted rate",
    holds: "Never more than quoted, never less than rounding explains.",
    fails: "The amounts are not what the bank’s rate makes of them.",
  },
  details: {
    title: "The details open its commitment",
    holds: "Who paid whom is what both wallets committed to.",
    fails: "The names and details shown with it belong to another payment.",
  },
  "outcome-signature": {
    title: "The payee signed the outcome",
    holds: "The receiving wallet’s signer answered for this batch.",
    fails: "The payee did not sign this answer: it has been changed, or somebody else signed it.",
  },
  "return-signature": {
    title: "The payee signed the return",
    holds: "The receiving wallet gave this payment back, for the reason stated.",
    fails: "The payee did not sign this return.",
  },
  "chain-references": {
    title: "The chain transactions logged it",
    holds: "Each one that the receipt names logged what it is named for.",
    fails: "A chain transaction that the receipt names did not do what it is named for.",
  },
  "chain-status": {
    title: "The contract holds it where the signatures say",
    holds: "The contract’s own state agrees.",
    fails: "The contract’s own state says something else.",
  },
};

/** What the contract’s state means for people. */
export const STATUS_WORDS: Readonly<Record<string, string>> = {
  None: "not on chain",
  Reserved: "both sums are held on chain",
  Settled: "settled: the recipient’s wallet has the money",
  Rejected: "rejected: the money went back to the payer",
  Returned: "returned: the money went back after settlement",
  Expired: "expired: the chain gave the money back",
};
