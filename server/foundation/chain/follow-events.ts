import { type Log, toQuantity } from "ethers";
import type { Block } from "./block.ts";
import type { ChainConnection } from "./connect.ts";
import { newestFinalBlock, readBlock, readFinalBlock } from "./read-blocks.ts";

/** The last block whose events have been applied. */
export interface Checkpoint {
  readonly number: number;
  readonly hash: string;
}

/** A span of final blocks and what the contracts logged in it, in order. */
export interface EventSpan {
  readonly from: number;
  readonly to: Block;
  readonly logs: readonly EventLog[];
}

export interface EventLog {
  readonly address: string;
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly logIndex: number;
}

export interface EventFollower {
  readonly addresses: readonly string[];
  readonly checkpoint: () => Promise<Checkpoint> | Checkpoint;
  /** Applies a span and moves the checkpoint to `span.to`, both in one commit. */
  readonly apply: (span: EventSpan) => Promise<void> | void;
}

/** The chain no longer holds the block that was followed last: what was applied may be gone. */
export class ReorganisedError extends Error {
  readonly checkpoint: Checkpoint;
  constructor(checkpoint: Checkpoint) {
    super(`block ${checkpoint.number} is no longer ${checkpoint.hash}`);
    this.name = "ReorganisedError";
    this.checkpoint = checkpoint;
  }
}

/** Blocks per call of eth_getLogs: few enough for any node's limits. */
const MAX_SPAN = 500;

function fromRpc(log: Log): EventLog {
  return {
    address: log.address.toLowerCase(),
    topics: [...log.topics],
    data: log.data,
    blockNumber: Number(log.blockNumber),
    blockHash: log.blockHash,
    transactionHash: log.transactionHash,
    logIndex: Number((log as unknown as { logIndex: string }).logIndex),
  };
}

/** Blocks by their numbers, both ends included, or one by its hash: a node that does not have that one says so. */
export type LogRange =
  | { readonly from: number; readonly to: number }
  | { readonly blockHash: string };

/** What some contracts logged in some blocks. */
export async function readLogs(
  { provider }: ChainConnection,
  addresses: readonly string[],
  range: LogRange,
): Promise<EventLog[]> {
  const blocks =
    "blockHash" in range
      ? range
      : { fromBlock: toQuantity(range.from), toBlock: toQuantity(range.to) };
  const logs: Log[] = await provider.send("eth_getLogs", [{ ...blocks, address: addresses }]);
  return logs.map(fromRpc);
}

/**
 * Reads the next span of final blocks and has it applied; answers whether more may follow at once.
 * Throws `ReorganisedError` when the node holds another block in the place of the followed one.
 */
export async function followNextSpan(
  connection: ChainConnection,
  follower: EventFollower,
): Promise<boolean> {
  const checkpoint = await follower.checkpoint();
  const final = await finalBehind(connection, checkpoint);
  // A node that lags behind the one asked before knows less; it does not contradict.
  if (final.number < checkpoint.number) return false;
  if (final.number === checkpoint.number) {
    if (final.hash !== checkpoint.hash) throw new ReorganisedError(checkpoint);
    return false;
  }
  const from = checkpoint.number + 1;
  const to = await lastOfSpan(connection, from, final);
  await assertFollows(connection, checkpoint, from === to.number ? to : undefined);
  const range = from === to.number ? { blockHash: to.hash } : { from, to: to.number };
  const logs = await readLogs(connection, follower.addresses, range);
  await follower.apply({ from, to, logs });
  return to.number < final.number;
}

/**
 * The newest final block. Logs of several blocks are read by their numbers, and a node that lacks some shows those of the
 * others without a word: then only what the node itself shows is followed.
 */
async function finalBehind(connection: ChainConnection, { number }: Checkpoint): Promise<Block> {
  const final = await newestFinalBlock(connection);
  return final.number > number + 1 ? readFinalBlock(connection) : final;
}

async function lastOfSpan(connection: ChainConnection, from: number, final: Block): Promise<Block> {
  if (final.number < from + MAX_SPAN) return final;
  const last = await readBlock(connection, from + MAX_SPAN - 1);
  if (!last) throw new Error(`the node has no block ${from + MAX_SPAN - 1}`);
  return last;
}

/** The first new block must name the checkpoint as its parent. */
async function assertFollows(
  connection: ChainConnection,
  checkpoint: Checkpoint,
  known: Block | undefined,
): Promise<void> {
  const first = known ?? (await readBlock(connection, checkpoint.number + 1));
  if (first?.parentHash !== checkpoint.hash) throw new ReorganisedError(checkpoint);
}
