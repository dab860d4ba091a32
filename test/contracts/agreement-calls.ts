import { id } from "ethers";
import type { Chain } from "./corridor-fixture.ts";

/** One word or several, as hex without the prefix. */
export type Words = string;

/** A number as one word. */
export const numberWord = (value: bigint | number): Words => value.toString(16).padStart(64, "0");

/** An address or any other bytes, at the low end of one word. */
export const lowWord = (hex: string): Words => hex.slice(2).toLowerCase().padStart(64, "0");

/** A bytes4, at the high end of one word. */
export const highWord = (hex: string): Words => hex.slice(2).padEnd(64, "0");

/** Joined elements of one dynamic array or `bytes`, with what its length word says. */
export interface DynamicArgument {
  length: number;
  words: Words;
}

/** An array of elements that are one or more words each. */
export function arrayOf(elements: readonly Words[]): DynamicArgument {
  return { length: elements.length, words: elements.join("") };
}

/** Packed bytes, hex without the prefix. */
export function bytesOf(hex: string): DynamicArgument {
  return { length: hex.length / 2, words: hex.padEnd(Math.ceil(hex.length / 64) * 64, "0") };
}

/**
 * Makes a read-only call whose arguments and results are all dynamic arrays, and returns each result's words.
 *
 * Encoded by hand since ethers takes longer over the encoding of 10,000 quotes than both sides over hashing them.
 * It is also a reading of the ABI that does not rest on the library that the rest of the code uses.
 */
export async function callWithArrays(
  { provider }: Chain,
  call: { to: string; signature: string; values: readonly DynamicArgument[] },
): Promise<string[][]> {
  let head = "";
  let tail = "";
  for (const { length, words } of call.values) {
    head += numberWord(call.values.length * 32 + tail.length / 2);
    tail += numberWord(length) + words;
  }
  const data = id(call.signature).slice(0, 10) + head + tail;
  const answer = await provider.request({
    method: "eth_call",
    params: [{ to: call.to, data }, "latest"],
  });
  return readArrays((answer as string).slice(2));
}

/** The words of each array in an answer that holds nothing else. */
function readArrays(hex: string): string[][] {
  const wordAt = (byte: number) => hex.slice(2 * byte, 2 * byte + 64);
  const numberAt = (byte: number) => Number.parseInt(wordAt(byte), 16);
  // The first offset points past the heads, so it says how many there are.
  const arrays = numberAt(0) / 32;
  return Array.from({ length: arrays }, (_, index) => {
    const start = numberAt(32 * index);
    return Array.from({ length: numberAt(start) }, (__, at) => wordAt(start + 32 * (at + 1)));
  });
}
