import { wordAt, wordDigits } from "./abi-words.ts";
import type { Instruction } from "./batch-tree.ts";
import { corridorAbi } from "./contract-abi.ts";
import type { BatchId, QuoteHash } from "./messages.ts";

/** What the contract logs when it holds a batch, as a node answers it. */
export interface LoggedEvent {
  readonly topics: readonly string[];
  readonly data: string;
}

/** `BatchReserved`, of which most readers need the batch's id alone. */
export interface ReservedLog {
  readonly batchId: BatchId;
  readonly quoteHash: QuoteHash;
  /** All instructions of the batch, in order; read out of the log only when asked for. */
  instructions(): Instruction[];
}

const TOPIC = corridorAbi.getEvent("BatchReserved")?.topicHash;

/**
 * Reads `BatchReserved` word by word, or answers undefined for any other event. Its layout is fixed: the quote's hash, the
 * place of the instructions, how many they are, and two words of each. A general decoder makes some ten objects of every
 * instruction, for each of the four parties that follow the chain. A test holds this against that decoder.
 */
export function readReservedLog({ topics, data }: LoggedEvent): ReservedLog | undefined {
  const [topic, batchId] = topics;
  if (topic !== TOPIC || batchId === undefined) return undefined;
  return {
    batchId: batchId as BatchId,
    quoteHash: `0x${wordDigits(data, 0)}` as QuoteHash,
    instructions() {
      const first = 3;
      const count = Number(wordAt(data, first - 1));
      return Array.from({ length: count }, (_, index) => ({
        commitment: `0x${wordDigits(data, first + 2 * index)}`,
        amounts: wordAt(data, first + 2 * index + 1),
      }));
    },
  };
}
