import { callChain } from "../chain-clock.ts";
import { serveJsonRpc } from "./json-rpc-server.ts";
import { startLocalNode } from "./local-node.ts";
import { HEARTBEAT_MS } from "./simulated-chain.ts";

export interface LocalChain extends AsyncDisposable {
  readonly rpcUrl: string;
}

/** Starts a chain behind JSON-RPC on loopback, mining at once until told otherwise; see `startLocalNode`. */
export async function startLocalChain(at: {
  readonly host: string;
  readonly port: number;
  /** Where it keeps what it must not forget; without one it forgets everything when it stops. */
  readonly directory?: string;
}): Promise<LocalChain> {
  await using stack = new AsyncDisposableStack();
  const node = stack.use(await startLocalNode(at.directory));
  const server = stack.use(await serveJsonRpc(node, at));
  const owned = stack.move();
  return { rpcUrl: server.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Sets the milliseconds between blocks, as on a permissioned network; 0 mines at once. */
export async function setBlockTime(rpcUrl: string, ms: number): Promise<void> {
  await callChain(rpcUrl, "evm_setAutomine", [ms === 0]);
  await callChain(rpcUrl, "evm_setIntervalMining", [ms === 0 ? HEARTBEAT_MS : ms]);
}

/** Makes no more blocks until `setBlockTime` is called: what a chain looks like that has stopped. */
export async function stopBlocks(rpcUrl: string): Promise<void> {
  await callChain(rpcUrl, "evm_setAutomine", [false]);
  await callChain(rpcUrl, "evm_setIntervalMining", [0]);
}
