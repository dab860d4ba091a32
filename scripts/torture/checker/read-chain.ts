import { unpackAmounts } from "../../../protocol/amounts.ts";
import { corridorAbi, relayAbi } from "../../../protocol/contract-abi.ts";
import type { Network } from "../../../protocol/network.ts";
import { reasonFromBytes4 } from "../../../protocol/reason-codes.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { type RpcTransaction, type SentCall, useOf } from "./decode-use.ts";

/** Where and when the chain logged something. */
export interface Logged {
  readonly blockNumber: number;
  readonly timestamp: bigint;
  readonly transactionHash: string;
  /** Who sent the chain transaction. */
  readonly from: string;
}

export interface ReservedBatch extends Logged {
  readonly payer: string;
  readonly payee: string;
  readonly quoteHash: string;
  readonly lines: readonly { readonly commitment: string; send: bigint; receive: bigint }[];
}

/** All that the chain has logged about one batch. */
export interface ChainBatch {
  readonly reserved: ReservedBatch[];
  readonly settled: (Logged & { readonly send: bigint; readonly receive: bigint })[];
  readonly expired: Logged[];
  readonly rejected: (Logged & { readonly index: number; readonly reason: string })[];
  readonly returned: (Logged & { index: number; send: bigint; receive: bigint })[];
}

/** A chain transaction of one of the relayers' keys. */
export interface RelayerTransaction extends Logged {
  readonly nonce: number;
  readonly use: "calls" | "anchor" | "filler" | "unknown";
  readonly calls: readonly SentCall[];
  readonly anchor?: { readonly seq: bigint; readonly hash: string };
  readonly reverted: boolean;
}

export interface ChainRecord {
  readonly head: number;
  readonly batches: ReadonlyMap<string, ChainBatch>;
  readonly transactions: readonly RelayerTransaction[];
  /** Every byte that anybody sent to the chain, for whoever searches it. */
  readonly calldata: readonly string[];
}

interface RpcLog {
  readonly topics: string[];
  readonly data: string;
  readonly transactionHash: string;
  readonly blockNumber: string;
}

interface RpcBlock {
  readonly number: string;
  readonly timestamp: string;
  readonly transactions: readonly RpcTransaction[];
}

const SPAN = 1_000;
const quantity = (value: number) => `0x${value.toString(16)}`;

function emptyBatch(): ChainBatch {
  return { reserved: [], settled: [], expired: [], rejected: [], returned: [] };
}

const isOfBatch = (log: RpcLog) =>
  corridorAbi.parseLog(log)?.fragment.inputs[0]?.name === "batchId";

function addLog(batch: ChainBatch, log: RpcLog, at: Logged): void {
  const event = corridorAbi.parseLog(log);
  if (!event) return;
  const { args } = event;
  const minor = (name: string) => BigInt(args.getValue(name));
  switch (event.name) {
    case "BatchReserved":
      batch.reserved.push({
        ...at,
        payer: String(args.getValue("payer")),
        payee: String(args.getValue("payee")),
        quoteHash: String(args.getValue("quoteHash")),
        lines: [...args.getValue("instructions")].map(([commitment, amounts]) => ({
          commitment: String(commitment),
          ...unpackAmounts(BigInt(amounts)),
        })),
      });
      break;
    case "BatchSettled":
      batch.settled.push({ ...at, send: minor("sendSettled"), receive: minor("receiveSettled") });
      break;
    case "BatchExpired":
      batch.expired.push(at);
      break;
    case "TransferRejected": {
      const reason = reasonFromBytes4(args.getValue("reason"));
      batch.rejected.push({ ...at, index: Number(minor("index")), reason });
      break;
    }
    case "TransferReturned": {
      const amounts = { send: minor("sendAmount"), receive: minor("receiveAmount") };
      batch.returned.push({ ...at, index: Number(minor("index")), ...amounts });
      break;
    }
  }
}

/** Reads the canonical chain on; what was read before is not read again, so it is for chains that stay as they are. */
export interface ChainReader {
  read(): Promise<ChainRecord>;
}

/** Starts at the first block. `relayerKeys` are the addresses whose chain transactions are accounted for. */
export function createChainReader(
  rpcUrl: string,
  network: Network,
  relayerKeys: readonly string[],
): ChainReader {
  const keys = new Set(relayerKeys.map((key) => key.toLowerCase()));
  const batches = new Map<string, ChainBatch>();
  const transactions: RelayerTransaction[] = [];
  const calldata: string[] = [];
  let next = 0;
  const call = (method: string, ...params: unknown[]) => callChain(rpcUrl, method, params);

  async function readBlocks(from: number, to: number): Promise<RpcBlock[]> {
    const blocks: RpcBlock[] = [];
    for (let number = from; number <= to; number++) {
      blocks.push((await call("eth_getBlockByNumber", quantity(number), true)) as RpcBlock);
    }
    return blocks;
  }

  const logsOf = (address: string, from: number, to: number) => {
    const range = { fromBlock: quantity(from), toBlock: quantity(to) };
    return call("eth_getLogs", { ...range, address }) as Promise<RpcLog[]>;
  };

  /** Positions of refused calls, by chain transaction. */
  async function failedCalls(from: number, to: number): Promise<Map<string, Set<number>>> {
    const failed = new Map<string, Set<number>>();
    for (const log of await logsOf(network.relay, from, to)) {
      const event = relayAbi.parseLog(log);
      if (event?.name !== "CallFailed") continue;
      const positions = failed.get(log.transactionHash) ?? new Set();
      failed.set(log.transactionHash, positions.add(Number(event.args.getValue("index"))));
    }
    return failed;
  }

  async function addTransaction(sent: RpcTransaction, at: Logged, failed: ReadonlySet<number>) {
    if (!keys.has(at.from)) return;
    const receipt = await call("eth_getTransactionReceipt", at.transactionHash);
    const reverted = Number((receipt as { status: string }).status) === 0;
    const use = useOf(sent, failed, network);
    transactions.push({ ...at, nonce: Number(sent.nonce), reverted, ...use });
  }

  async function readSpan(from: number, to: number): Promise<void> {
    const failed = await failedCalls(from, to);
    const places = new Map<string, Logged>();
    for (const block of await readBlocks(from, to)) {
      for (const sent of block.transactions) {
        const { hash: transactionHash, from: sender } = sent;
        const when = { timestamp: BigInt(block.timestamp), blockNumber: Number(block.number) };
        const at = { ...when, transactionHash, from: sender.toLowerCase() };
        places.set(transactionHash, at);
        calldata.push(sent.input);
        await addTransaction(sent, at, failed.get(transactionHash) ?? new Set());
      }
    }
    for (const log of await logsOf(network.corridor, from, to)) {
      const at = places.get(log.transactionHash);
      const id = log.topics[1];
      if (!at || id === undefined || !isOfBatch(log)) continue;
      const batch = batches.get(id) ?? emptyBatch();
      batches.set(id, batch);
      addLog(batch, log, at);
    }
  }

  return {
    async read() {
      const head = Number(await call("eth_blockNumber"));
      for (; next <= head; next = Math.min(next + SPAN, head + 1)) {
        await readSpan(next, Math.min(next + SPAN - 1, head));
      }
      return { head, batches, transactions, calldata };
    },
  };
}
