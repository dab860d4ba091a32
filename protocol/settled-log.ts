import { corridorAbi } from "./contract-abi.ts";
import type { BatchId } from "./messages.ts";
import type { LoggedEvent } from "./reserved-log.ts";

/** `BatchSettled`: what was exchanged, in minor units. */
export interface SettledLog {
  readonly batchId: BatchId;
  readonly sendSettled: bigint;
  readonly receiveSettled: bigint;
}

const TOPIC = corridorAbi.getEvent("BatchSettled")?.topicHash;
const WORD = 64;

/**
 * Reads `BatchSettled` word by word, or answers undefined for any other event: with `BatchReserved` it is all that most
 * batches log, and four parties read it. A test holds this against the general decoder.
 */
export function readSettledLog({ topics, data }: LoggedEvent): SettledLog | undefined {
  const [topic, batchId] = topics;
  if (topic !== TOPIC || batchId === undefined) return undefined;
  const word = (index: number) =>
    BigInt(`0x${data.slice(2 + index * WORD, 2 + (index + 1) * WORD)}`);
  return { batchId: batchId as BatchId, sendSettled: word(0), receiveSettled: word(1) };
}
