import type { Instruction } from "./batch-tree.ts";
import { corridorAbi, relayAbi } from "./contract-abi.ts";
import type { Batch, Quote } from "./messages.ts";

/**
 * Calldata of the three calls that every transfer needs, written word by word: their layout is fixed, and a general
 * encoder takes ten times as long. A test holds each against that encoder.
 */
const WORD_BYTES = 32;
const WORD_DIGITS = 2 * WORD_BYTES;

const word = (value: bigint | number) => value.toString(16).padStart(WORD_DIGITS, "0");
const hexWord = (hex: string) => hex.slice(2).toLowerCase().padStart(WORD_DIGITS, "0");

/** A `bytes` value: its length, then its contents filled up to whole words. */
function bytesTail(hex: string): string {
  const digits = hex.slice(2);
  const padded = Math.ceil(digits.length / WORD_DIGITS) * WORD_DIGITS;
  return word(digits.length / 2) + digits.padEnd(padded, "0");
}

function quoteWords(quote: Quote): string {
  const { bank, payer, payee, sendToken, receiveToken } = quote;
  const { rate, maxSend, validUntil, settleUntil, returnUntil, salt } = quote;
  return (
    [bank, payer, payee, sendToken, receiveToken].map(hexWord).join("") +
    [rate, maxSend, validUntil, settleUntil, returnUntil, salt].map(word).join("")
  );
}

function batchWords({ root, quoteHash, sendTotal, count }: Batch): string {
  return hexWord(root) + hexWord(quoteHash) + word(sendTotal) + word(count);
}

/** Arguments in order: whole words where they are static, and tails that a word in their place points to. */
function layOut(args: readonly ({ words: string } | { tail: string })[]): string {
  const headDigits = args.reduce(
    (digits, arg) => digits + ("words" in arg ? arg.words.length : WORD_DIGITS),
    0,
  );
  let head = "";
  let tails = "";
  for (const arg of args) {
    if ("words" in arg) {
      head += arg.words;
    } else {
      head += word((headDigits + tails.length) / 2);
      tails += arg.tail;
    }
  }
  return head + tails;
}

const selectorOf = (name: string) => corridorAbi.getFunction(name)?.selector ?? "";
const RESERVE = selectorOf("reserve");
const SETTLE = selectorOf("settle");
const RELAY = relayAbi.getFunction("relay")?.selector ?? "";
/** Where the quote, 11 words, stands in the hexadecimal text of a call: behind `0x` and the selector. */
const QUOTE_START = 10;
const QUOTE_END = QUOTE_START + 11 * WORD_DIGITS;

/** Calldata of `reserve`. */
export function encodeReserveCall(order: {
  readonly quote: Quote;
  readonly quoteSignature: string;
  readonly batch: Batch;
  readonly batchSignature: string;
  readonly instructions: readonly Instruction[];
}): string {
  const lines = order.instructions.map(
    ({ commitment, amounts }) => hexWord(commitment) + word(amounts),
  );
  const args = layOut([
    { words: quoteWords(order.quote) },
    { tail: bytesTail(order.quoteSignature) },
    { words: batchWords(order.batch) },
    { tail: bytesTail(order.batchSignature) },
    { tail: word(lines.length) + lines.join("") },
  ]);
  return RESERVE + args;
}

/** Calldata of `settle` for a batch of which nothing was rejected. */
export function encodeWholeSettleCall(order: {
  readonly quote: Quote;
  readonly batch: Batch;
  readonly outcomeSignature: string;
}): string {
  const args = layOut([
    { words: quoteWords(order.quote) },
    { words: batchWords(order.batch) },
    { tail: bytesTail("0x") },
    { tail: word(0) },
    { tail: bytesTail(order.outcomeSignature) },
  ]);
  return SETTLE + args;
}

/**
 * Calldata of the Relay contract's `relay`: each quote once, and each call without the quote that its arguments begin
 * with. Throws RangeError on a call that has no whole quote: the corridor has no such function that Relay may call.
 */
export function encodeRelayCall(
  calls: readonly { readonly gasLimit: number; readonly data: string }[],
): string {
  const quotes = new Map<string, number>();
  const packed = calls.map(({ gasLimit, data }) => {
    const quote = data.slice(QUOTE_START, QUOTE_END);
    if (quote.length !== QUOTE_END - QUOTE_START) throw new RangeError("The call has no quote.");
    const position = quotes.get(quote) ?? quotes.size;
    quotes.set(quote, position);
    const rest = data.slice(0, QUOTE_START) + data.slice(QUOTE_END);
    return {
      tail: layOut([{ words: word(gasLimit) + word(position) }, { tail: bytesTail(rest) }]),
    };
  });
  return (
    RELAY +
    layOut([
      { tail: word(quotes.size) + [...quotes.keys()].join("") },
      { tail: word(calls.length) + layOut(packed) },
    ])
  );
}
