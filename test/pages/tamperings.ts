import type { WireReceipt } from "../../protocol/wire/receipt.ts";
import type { ReceiptStepName } from "../../sdk/verify/receipt-checks.ts";
import type { ShownProof } from "../../server/local/wallet-app.ts";

const ELSE = "0x00000000000000000000000000000000000000ee";
/** A hexadecimal text with its last digit changed. */
export const bent = (hex: string) => hex.slice(0, -1) + (hex.endsWith("1") ? "2" : "1");

/** What is changed, the step that must be the first to fail, and how it is changed. */
export type Tampering = readonly [what: string, ReceiptStepName, (proof: ShownProof) => unknown];

const within = (change: (receipt: WireReceipt) => unknown) => (proof: ShownProof) => ({
  ...proof,
  receipt: change(proof.receipt),
});

/** One tampering for each step, which must be the first to fail. */
export const TAMPERINGS: readonly Tampering[] = [
  ["an added field", "form", within((r) => ({ ...r, note: "trust me" }))],
  ["another contract", "deployment", within((r) => ({ ...r, corridorContract: ELSE }))],
  [
    "a better rate",
    "quote-signature",
    within((r) => ({ ...r, quote: { ...r.quote, rate: `${BigInt(r.quote.rate) + 1n}` } })),
  ],
  [
    "another quote's batch",
    "batch-quote",
    within((r) => ({ ...r, batch: { ...r.batch, quoteHash: bent(r.batch.quoteHash) } })),
  ],
  [
    "a larger sum",
    "batch-signature",
    within((r) => ({ ...r, batch: { ...r.batch, sendTotal: "999999900" } })),
  ],
  [
    "more received",
    "inclusion",
    within((r) => ({ ...r, instruction: { ...r.instruction, receiveMinor: "999999900" } })),
  ],
  [
    "another recipient's name",
    "details",
    ({ receipt, opening }) => {
      const creditor = { ...opening.details.creditor, name: "Mallory" };
      return { receipt, opening: { ...opening, details: { ...opening.details, creditor } } };
    },
  ],
  [
    "another party's signature for the payee's",
    "outcome-signature",
    within((r) => ({ ...r, outcome: { rejections: "0x", signature: r.batchSignature } })),
  ],
  [
    "a chain transaction that never was",
    "chain-references",
    within((r) => ({
      ...r,
      chain: { ...r.chain, settled: { transactionHash: `0x${"5".repeat(64)}`, blockNumber: 1 } },
    })),
  ],
];
