import { FetchRequest, JsonRpcProvider, Network } from "ethers";

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
}

const TIMEOUT_MS = 10_000;

/**
 * Connects to a node and checks that it serves the expected chain. Answers are never cached
 * (`cacheTimeout: -1`): a cached head is a wrong head.
 */
export async function connectChain(endpoint: ChainEndpoint): Promise<ChainConnection> {
  const request = new FetchRequest(endpoint.rpcUrl);
  request.timeout = TIMEOUT_MS;
  const network = Network.from(endpoint.chainId);
  const provider = new JsonRpcProvider(request, network, {
    staticNetwork: network,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
  const chainId = BigInt(await provider.send("eth_chainId", []));
  if (chainId !== endpoint.chainId) {
    provider.destroy();
    throw new Error(`the node serves chain ${chainId}, not ${endpoint.chainId}`);
  }
  return { provider, endpoint };
}
