/** A block as the rail needs it. */
export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  /** Unix seconds: the clock that money deadlines run on. */
  readonly timestamp: bigint;
}

/** A block, or the head of one, as nodes tell it. */
export interface RpcBlock {
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: string;
}

export function blockFromRpc(block: RpcBlock): Block {
  return {
    number: Number(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: BigInt(block.timestamp),
  };
}
