import { network } from "hardhat";

export interface LocalChainOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds between blocks, as on a permissioned network; 0 mines at once. */
  readonly blockTimeMs: number;
}

export interface LocalChain extends AsyncDisposable {
  readonly rpcUrl: string;
}

/** A chain that mines only on demand stops its clock, and with it every deadline: it mines this often anyway. */
const HEARTBEAT_MS = 1_000;

async function mine(rpcUrl: string): Promise<void> {
  await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "evm_mine", params: [] }),
  });
}

/** Starts a Hardhat chain behind JSON-RPC on loopback. It forgets everything when it stops. */
export async function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  const { host, port, blockTimeMs } = options;
  const mining =
    blockTimeMs === 0 ? { auto: true, interval: 0 } : { auto: false, interval: blockTimeMs };
  const server = await network.createServer(
    { network: "default", override: { mining } },
    host,
    port,
  );
  const address = await server.listen();
  const rpcUrl = `http://${address.address}:${address.port}`;
  const heartbeat =
    blockTimeMs === 0
      ? setInterval(() => void mine(rpcUrl).catch(() => {}), HEARTBEAT_MS)
      : undefined;
  return {
    rpcUrl,
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat);
      await server.close();
    },
  };
}
