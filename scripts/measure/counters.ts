import { toQuantity } from "ethers";
import { callChain } from "../../server/local/chain-clock.ts";
import { urlOf } from "../../server/local/plan.ts";
import type { LocalCorridor } from "../../server/local/start-corridor.ts";

export interface Counters {
  /** Gas used by the relayer's chain transactions so far. */
  readonly gas: number;
  /** Statements that the relayer has sent to its database so far. */
  readonly statements: number;
}

interface RpcBlock {
  readonly transactions: readonly string[];
}

let scanned = -1;
let gasScanned = 0;

/** Adds up what calls to the Relay contract have used, block by block, each block once. */
async function readGas({ rpcUrl, network }: LocalCorridor): Promise<number> {
  const head = Number(await callChain(rpcUrl, "eth_blockNumber", []));
  for (let number = scanned + 1; number <= head; number++) {
    const params = [toQuantity(number), false];
    const block = (await callChain(rpcUrl, "eth_getBlockByNumber", params)) as RpcBlock;
    for (const hash of block.transactions) {
      const receipt = (await callChain(rpcUrl, "eth_getTransactionReceipt", [hash])) as {
        to: string | null;
        gasUsed: string;
      };
      if (receipt.to?.toLowerCase() === network.relay.toLowerCase()) {
        gasScanned += Number(receipt.gasUsed);
      }
    }
  }
  scanned = head;
  return gasScanned;
}

async function readStatements({ plan }: LocalCorridor): Promise<number> {
  const url = new URL("/metrics", urlOf(plan, { port: plan.ports.operations }));
  const text = await (await fetch(url)).text();
  const [, value] = /^corridor_database_statements_total (\d+)/m.exec(text) ?? [];
  return Number(value ?? Number.NaN);
}

/** Reads both counters. */
export async function readCounters(corridor: LocalCorridor): Promise<Counters> {
  return { gas: await readGas(corridor), statements: await readStatements(corridor) };
}
