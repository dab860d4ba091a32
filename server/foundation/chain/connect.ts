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
 * A node may close a kept connection just as a request leaves on it. Every JSON-RPC call that we make can be repeated,
 * sending a signed chain transaction included, so it goes out once more on a new one.
 */
function repeatOnReset(request: FetchRequest): void {
  const send = FetchRequest.createGetUrlFunc();
  request.getUrlFunc = async (sent, signal) => {
    try {
      return await send(sent, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
      return send(sent, signal);
    }
  };
}

/**
 * Connects to a node and checks that it serves the expected chain. Answers are never cached
 * (`cacheTimeout: -1`): a cached head is a wrong head.
 */
export async function connectChain(endpoint: ChainEndpoint): Promise<ChainConnection> {
  const request = new FetchRequest(endpoint.rpcUrl);
  request.timeout = TIMEOUT_MS;
  repeatOnReset(request);
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
