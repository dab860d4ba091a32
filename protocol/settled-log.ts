import { wordAt } from "./abi-words.ts";
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

/**
 * Reads `BatchSettled` word by word, or answers undefined for any other event: with `BatchReserved` it is all that most
 * batches log, and four parties read it. A test holds this against the general decoder.
 */
export function readSettledLog({ topics, data }: LoggedEvent): SettledLog | undefined {
  const [topic, batchId] = topics;
  if (topic !== TOPIC || batchId === undefined) return undefined;
  const [sendSettled, receiveSettled] = [wordAt(data, 0), wordAt(data, 1)];
  return { batchId: batchId as BatchId, sendSettled, receiveSettled };
}
