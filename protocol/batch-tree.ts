import { hexToBytes } from "@noble/hashes/utils.js";
import { keccak256 } from "ethers";
import { ProtocolError } from "./errors.ts";

/** One transfer as the chain sees it: a salted commitment and its two amounts, packed. */
export interface Instruction {
  /** keccak256(salt ‖ keccak256(JCS(payment details))), see commitment.ts. */
  readonly commitment: string;
  /** `send << 128 | receive`, see amounts.ts. */
  readonly amounts: bigint;
}

/** The most transfers one batch holds; the contract's MAX_COUNT. */
export const MAX_COUNT = 500;

const WORD_DIGITS = 64;
const word = (value: bigint | number) => value.toString(16).padStart(WORD_DIGITS, "0");
/** Hashes hexadecimal digits, as bytes. */
const hashDigits = (digits: string) => keccak256(hexToBytes(digits));

/**
 * Leaf of the batch tree: keccak256(index, commitment, amounts), 96 bytes, so that no leaf can be
 * passed off as an inner node, which hashes 64.
 */
export function leafOf(index: number, instruction: Instruction): string {
  const { commitment, amounts } = instruction;
  return hashDigits(word(index) + commitment.slice(2) + word(amounts));
}

/** Parent of two nodes. The pair is sorted, so a proof needs no left/right marks. */
function parentOf(a: string, b: string): string {
  const [left, right] = [a.slice(2).toLowerCase(), b.slice(2).toLowerCase()];
  return hashDigits(left < right ? left + right : right + left);
}

function levelAbove(level: readonly string[]): string[] {
  const above: string[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i], level[i + 1]];
    // An odd last node has no sibling and is promoted unchanged.
    if (left !== undefined) above.push(right === undefined ? left : parentOf(left, right));
  }
  return above;
}

/** All levels of the tree, leaves first, root last. Refuses an empty batch and one over MAX_COUNT. */
export function treeOf(instructions: readonly Instruction[]): string[][] {
  if (instructions.length === 0 || instructions.length > MAX_COUNT) {
    throw new ProtocolError("tree", `a batch holds 1 to ${MAX_COUNT} transfers`, {
      field: "instructions",
      remedy: `send between 1 and ${MAX_COUNT} transfers in a batch`,
    });
  }
  let level = instructions.map((instruction, index) => leafOf(index, instruction));
  const levels = [level];
  while (level.length > 1) {
    level = levelAbove(level);
    levels.push(level);
  }
  return levels;
}

/** The batch's root, as the payer signs it and the contract recomputes it. */
export function rootOf(instructions: readonly Instruction[]): string {
  return treeOf(instructions).at(-1)?.[0] ?? "";
}

/** The siblings on the way from leaf `index` to the root, bottom up. */
export function siblingsOf(levels: readonly (readonly string[])[], index: number): string[] {
  const siblings: string[] = [];
  let position = index;
  for (const level of levels.slice(0, -1)) {
    const sibling = level[position ^ 1];
    if (sibling !== undefined) siblings.push(sibling);
    position >>= 1;
  }
  return siblings;
}

/** Whether `siblings` lead from this instruction at this index to `root`. */
export function provesInstruction(proof: {
  readonly root: string;
  readonly index: number;
  readonly instruction: Instruction;
  readonly siblings: readonly string[];
}): boolean {
  const top = proof.siblings.reduce(parentOf, leafOf(proof.index, proof.instruction));
  return top.toLowerCase() === proof.root.toLowerCase();
}

/** Whether a hex string is exactly `size` bytes. */
export function isHexOfSize(hex: string, size: number): boolean {
  return hex.length === 2 + 2 * size && /^0x[0-9a-fA-F]*$/.test(hex);
}
