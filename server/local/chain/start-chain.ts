import { network } from "hardhat";
import { callChain } from "../chain-clock.ts";

/** A chain that mines only on demand stops its clock, and with it every deadline: it mines this often anyway. */
const HEARTBEAT_MS = 1_000;

export interface LocalChain extends AsyncDisposable {
  readonly rpcUrl: string;
}

/**
 * Starts a Hardhat chain behind JSON-RPC on loopback, mining at once until told otherwise. It forgets everything when
 * it stops.
 */
export async function startLocalChain(at: { host: string; port: number }): Promise<LocalChain> {
  const mining = { auto: true, interval: HEARTBEAT_MS };
  const wanted = { network: "default", override: { mining } };
  const server = await network.createServer(wanted, at.host, at.port);
  const { address, port } = await server.listen();
  return {
    rpcUrl: `http://${address}:${port}`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Sets the milliseconds between blocks, as on a permissioned network; 0 mines at once. */
export async function setBlockTime(rpcUrl: string, ms: number): Promise<void> {
  await callChain(rpcUrl, "evm_setAutomine", [ms === 0]);
  await callChain(rpcUrl, "evm_setIntervalMining", [ms === 0 ? HEARTBEAT_MS : ms]);
}
