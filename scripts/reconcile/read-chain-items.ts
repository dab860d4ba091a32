import { corridorAbi } from "../../protocol/contract-abi.ts";
import type { Network } from "../../protocol/network.ts";
import { connectChain } from "../../server/foundation/chain/connect.ts";
import { type EventLog, readLogs } from "../../server/foundation/chain/follow-events.ts";
import { readFinalBlock } from "../../server/foundation/chain/read-blocks.ts";

/** What the corridor logged to have moved for a batch, in minor units of both currencies. */
export interface ChainItem {
  readonly kind: "settle" | "return";
  readonly batchId: string;
  readonly sendMinor: bigint;
  readonly receiveMinor: bigint;
}

const MAX_BLOCKS = 2_000;

function toItem(log: EventLog): ChainItem[] {
  const parsed = corridorAbi.parseLog(log);
  if (parsed?.name !== "BatchSettled" && parsed?.name !== "TransferReturned") return [];
  const settled = parsed.name === "BatchSettled";
  const { args } = parsed;
  return [
    {
      kind: settled ? "settle" : "return",
      batchId: String(args.getValue("batchId")),
      sendMinor: BigInt(args.getValue(settled ? "sendSettled" : "sendAmount")),
      receiveMinor: BigInt(args.getValue(settled ? "receiveSettled" : "receiveAmount")),
    },
  ];
}

/** Every settlement and return that a node of our own choice holds now. */
export async function readChainItems(rpcUrl: string, network: Network): Promise<ChainItem[]> {
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  try {
    const { number: last } = await readFinalBlock(connection);
    const items: ChainItem[] = [];
    for (let from = network.deployedInBlock; from <= last; from += MAX_BLOCKS) {
      const to = Math.min(last, from + MAX_BLOCKS - 1);
      const logs = await readLogs(connection, [network.corridor], { from, to });
      items.push(...logs.flatMap(toItem));
    }
    return items;
  } finally {
    connection.provider.destroy();
  }
}
