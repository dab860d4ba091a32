import { wordAt } from "./abi-words.ts";
import { BATCH_STATUSES, type BatchStatus, corridorAbi } from "./contract-abi.ts";
import type { BatchId } from "./messages.ts";

/** What the chain holds of a batch. */
export interface BatchOnChain {
  readonly status: BatchStatus;
  /** Unix seconds; 0 of a batch that was never reserved. */
  readonly settleUntil: bigint;
}

const SELECTOR = corridorAbi.getFunction("batchStatusOf")?.selector ?? "";
const ANSWER = /^0x[0-9a-f]{256}$/;

/** Calldata of `batchStatusOf`, which a payee asks of every batch that it is to credit: one word. */
export const encodeBatchStatusCall = (batchId: BatchId): string => SELECTOR + batchId.slice(2);

/** Reads what a node answers to it, word by word. @throws TypeError on what is not four words. */
export function decodeBatchStatus(answer: string): BatchOnChain {
  if (!ANSWER.test(answer)) throw new TypeError("the node's answer is no batch's status");
  const status = BATCH_STATUSES[Number(wordAt(answer, 0))] ?? "None";
  return { status, settleUntil: wordAt(answer, 1) };
}
