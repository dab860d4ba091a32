import { network } from "hardhat";
import { callChain } from "./chain-clock.ts";

export interface LocalChainOptions {
  readonly host: string;
  readonly port: number;
}

export interface LocalChain extends AsyncDisposable {
  readonly rpcUrl: string;
  /** Milliseconds between blocks, as on a permissioned network; 0 mines at once. */
  setBlockTime(ms: number): Promise<void>;
}

/** A chain that mines only on demand stops its clock, and with it every deadline: it mines this often anyway. */
const HEARTBEAT_MS = 1_000;

/**
 * Starts a Hardhat chain behind JSON-RPC on loopback, mining at once until told otherwise. It forgets everything when
 * it stops.
 */
export async function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  const server = await network.createServer("default", options.host, options.port);
  const address = await server.listen();
  const rpcUrl = `http://${address.address}:${address.port}`;
  let instant = true;
  const heartbeat = setInterval(() => {
    // A beat that is missed as the chain stops is of no interest.
    if (instant) void callChain(rpcUrl, "evm_mine", []).catch(() => undefined);
  }, HEARTBEAT_MS);
  return {
    rpcUrl,
    async setBlockTime(ms) {
      instant = ms === 0;
      await callChain(rpcUrl, "evm_setAutomine", [instant]);
      await callChain(rpcUrl, "evm_setIntervalMining", [ms]);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat);
      await server.close();
    },
  };
}
