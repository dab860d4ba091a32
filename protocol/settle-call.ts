import { type Instruction, siblingsOf, treeOf } from "./batch-tree.ts";
import { corridorAbi } from "./contract-abi.ts";
import { encodeWholeSettleCall } from "./encode-calls.ts";
import type { Batch, Quote } from "./messages.ts";
import { unpackRejections } from "./rejections.ts";

/** Everything that settles a batch; anyone who holds it can send it. */
export interface SettleOrder {
  readonly quote: Quote;
  readonly batch: Batch;
  readonly instructions: readonly Instruction[];
  /** Packed, as signed. */
  readonly rejections: string;
  readonly outcomeSignature: string;
}

/** Bytes of a proof beside its siblings: offsets, instruction, lengths. */
const PROOF_BYTES = 224;
const WORD_BYTES = 32;

/**
 * Whether the whole list is shown rather than a proof for each rejection: from so many on it is smaller, and 500
 * proofs would be past what nodes accept in one chain transaction.
 */
export function showsList(count: number, rejected: number): boolean {
  const proofBytes = PROOF_BYTES + WORD_BYTES * Math.ceil(Math.log2(Math.max(2, count)));
  return rejected * proofBytes > count * 2 * WORD_BYTES;
}

/** Calldata that settles a batch, in the smaller of its two forms. */
export function encodeSettleCall(order: SettleOrder): string {
  const { quote, batch, instructions, rejections, outcomeSignature } = order;
  const rejected = unpackRejections(rejections);
  if (rejected.length === 0) return encodeWholeSettleCall(order);
  if (showsList(instructions.length, rejected.length)) {
    const args = [quote, batch, instructions, rejections, outcomeSignature];
    return corridorAbi.encodeFunctionData("settleWithList", args);
  }
  const levels = treeOf(instructions);
  const proofs = rejected.map(({ index }) => ({
    instruction: instructions[index],
    siblings: siblingsOf(levels, index),
  }));
  const args = [quote, batch, rejections, proofs, outcomeSignature];
  return corridorAbi.encodeFunctionData("settle", args);
}
