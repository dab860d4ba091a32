import { type Instruction, siblingsOf, treeOf } from "../../protocol/batch-tree.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { batchToWire, instructionToWire, quoteToWire } from "../../protocol/wire/messages.ts";
import type { WireReceipt } from "../../protocol/wire/receipt.ts";
import type { SignedQuote } from "../../protocol/wire/relayer.ts";
import type { PreparedBatch } from "./prepare-batch.ts";

/**
 * A receipt out of what a payer has stored itself: the quote, the batch it signed, and whatever the payee signed
 * since. A payer that stores these needs nobody to have a receipt. Throws `tree` for an index that the batch lacks.
 */
export function buildReceipt(stored: {
  readonly signedQuote: SignedQuote;
  readonly prepared: Pick<PreparedBatch, "batch" | "signature" | "instructions">;
  readonly index: number;
  readonly outcome?: WireReceipt["outcome"];
  readonly signedReturn?: WireReceipt["signedReturn"];
  readonly chain?: WireReceipt["chain"];
}): WireReceipt {
  const { signedQuote, prepared, index, outcome, signedReturn, chain = {} } = stored;
  const instruction: Instruction | undefined = prepared.instructions[index];
  if (!instruction) {
    throw new ProtocolError("tree", "the batch has no such transfer", { field: "/index" });
  }
  return {
    version: 1,
    chainId: signedQuote.chainId,
    corridorContract: signedQuote.corridorContract,
    quote: quoteToWire(signedQuote.quote),
    quoteSignature: signedQuote.signature,
    batch: batchToWire(prepared.batch),
    batchSignature: prepared.signature,
    index,
    instruction: instructionToWire(instruction),
    siblings: siblingsOf(treeOf(prepared.instructions), index),
    ...(outcome && { outcome }),
    ...(signedReturn && { signedReturn }),
    chain,
  };
}
