import type { JsonRpcProvider } from "ethers";
import { createHeadMemory, type HeadMemory } from "./head-memory.ts";
import { NodeProvider } from "./node-provider.ts";

export interface ChainEndpoint {
  readonly rpcUrl: string;
  readonly chainId: bigint;
  /** Blocks that must follow a block before its contents count: 0 on a chain with instant finality. */
  readonly depth: number;
}

/** A party's own connection to the chain. */
export interface ChainConnection {
  readonly provider: JsonRpcProvider;
  readonly endpoint: ChainEndpoint;
  /** What the node announces, where somebody watches it; empty otherwise. */
  readonly heads: HeadMemory;
}

/** Connects to a node and checks that it serves the expected chain. */
export async function connectChain(endpoint: ChainEndpoint): Promise<ChainConnection> {
  const provider: JsonRpcProvider = new NodeProvider(endpoint.rpcUrl, endpoint.chainId);
  const chainId = BigInt(await provider.send("eth_chainId", []));
  if (chainId !== endpoint.chainId) {
    provider.destroy();
    throw new Error(`the node serves chain ${chainId}, not ${endpoint.chainId}`);
  }
  return { provider, endpoint, heads: createHeadMemory() };
}
