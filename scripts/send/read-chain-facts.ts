import { corridorAbi } from "../../protocol/contract-abi.ts";
import type { Network } from "../../protocol/network.ts";
import { type ChainConnection, connectChain } from "../../server/foundation/chain/connect.ts";
import {
  type Checkpoint,
  type EventLog,
  followNextSpan,
} from "../../server/foundation/chain/follow-events.ts";
import { readBlock, readFinalBlock } from "../../server/foundation/chain/read-blocks.ts";

/** What the chain logged about some batches. */
export interface ChainFacts {
  /** Settled less returned, in minor units. */
  readonly sent: bigint;
  readonly received: bigint;
  /** Batches that were settled, in whole or in part. */
  readonly settled: number;
  /** Chain transactions that reserved and that settled them. */
  readonly reservations: number;
  readonly settlements: number;
  /** UTC days, by the chain's clock, on which money moved: "2018-06-25". */
  readonly days: readonly string[];
  /** The last block that was read. */
  readonly block: number;
}

const MS_PER_DAY = 86_400_000;
const TOPIC = {
  reserved: corridorAbi.getEvent("BatchReserved")?.topicHash,
  settled: corridorAbi.getEvent("BatchSettled")?.topicHash,
  returned: corridorAbi.getEvent("TransferReturned")?.topicHash,
};

/** Everything that the corridor has logged about the batches, from its deployment to now. */
async function readLogs(
  connection: ChainConnection,
  network: Network,
  batchIds: ReadonlySet<string>,
): Promise<{ logs: EventLog[]; block: number }> {
  const start = await readBlock(connection, network.deployedInBlock);
  if (!start) throw new Error("the node does not have the corridor's first block");
  let reached: Checkpoint = start;
  const logs: EventLog[] = [];
  const follower = {
    addresses: [network.corridor],
    checkpoint: () => reached,
    apply: (span: { readonly to: Checkpoint; readonly logs: readonly EventLog[] }) => {
      logs.push(...span.logs.filter(({ topics }) => batchIds.has(topics[1] ?? "")));
      reached = span.to;
    },
  };
  while (await followNextSpan(connection, follower));
  return { logs, block: reached.number };
}

/** The days from the first to the last of these blocks. */
async function daysOf(connection: ChainConnection, logs: readonly EventLog[]): Promise<string[]> {
  const numbers = logs.map(({ blockNumber }) => blockNumber);
  if (numbers.length === 0) return [];
  const ends = [Math.min(...numbers), Math.max(...numbers)];
  const times = await Promise.all(
    ends.map(async (number) => Number((await readBlock(connection, number))?.timestamp) * 1_000),
  );
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const [first = 0, last = 0] = times;
  const days = new Set<string>([dayOf(last)]);
  for (let ms = first; ms < last; ms += MS_PER_DAY) days.add(dayOf(ms));
  return [...days].sort();
}

/** Reads, on a connection of our own, what the chain says of some batches. */
export async function readChainFacts(
  rpcUrl: string,
  network: Network,
  batchIds: ReadonlySet<string>,
): Promise<ChainFacts> {
  const connection = await connectChain({ rpcUrl, chainId: network.chainId, depth: 0 });
  try {
    await readFinalBlock(connection);
    const { logs, block } = await readLogs(connection, network, batchIds);
    const of = (topic: string | undefined) => logs.filter(({ topics }) => topics[0] === topic);
    const sum = (topic: string | undefined, field: string) =>
      of(topic).reduce((total, log) => total + (corridorAbi.parseLog(log)?.args[field] ?? 0n), 0n);
    const transactions = (topic: string | undefined) =>
      new Set(of(topic).map(({ transactionHash }) => transactionHash)).size;
    const moving = [...of(TOPIC.settled), ...of(TOPIC.returned)];
    return {
      sent: sum(TOPIC.settled, "sendSettled") - sum(TOPIC.returned, "sendAmount"),
      received: sum(TOPIC.settled, "receiveSettled") - sum(TOPIC.returned, "receiveAmount"),
      settled: of(TOPIC.settled).length,
      reservations: transactions(TOPIC.reserved),
      settlements: transactions(TOPIC.settled),
      days: await daysOf(connection, moving),
      block,
    };
  } finally {
    connection.provider.destroy();
  }
}
