import type { RpcCall } from "./http-faults.ts";

/** Asks the real node. */
export type AskNode = (method: string, params: readonly unknown[]) => Promise<unknown>;

interface Mined {
  readonly blockNumber: string | null;
}

const quantity = (value: number) => `0x${Math.max(0, value).toString(16)}`;

/** Where each method has its block tag among its parameters. */
const TAGGED: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getStorageAt: 2,
  eth_getBlockByNumber: 0,
  eth_getBlockTransactionCountByNumber: 0,
};

/** A tag as the lagging node understands it: its latest block is older, and later ones do not exist for it. */
function behind(tag: unknown, head: number): string | undefined {
  if (tag === undefined || tag === "latest" || tag === "pending") return quantity(head);
  if (tag === "safe" || tag === "finalized") return quantity(head);
  if (typeof tag !== "string" || !tag.startsWith("0x") || Number(tag) <= head) return String(tag);
  return undefined;
}

async function answerTagged(ask: AskNode, call: RpcCall, position: number, head: number) {
  const tag = behind(call.params[position], head);
  if (tag === undefined) {
    if (call.method.startsWith("eth_getBlock")) return null;
    throw new Error("header not found");
  }
  const params = [...call.params];
  params[position] = tag;
  return ask(call.method, params);
}

async function answerLogs(ask: AskNode, call: RpcCall, head: number): Promise<unknown> {
  const [filter] = call.params as [{ fromBlock?: string; toBlock?: string; blockHash?: string }];
  if (filter.blockHash !== undefined) {
    const known = await answerBlockByHash(
      ask,
      { ...call, params: [filter.blockHash, false] },
      head,
    );
    // EIP-234: logs of a block that the node does not have are an error, and not none.
    if (known === null) throw new Error("unknown block");
    return ask(call.method, call.params);
  }
  const bounded = { ...filter, toBlock: behind(filter.toBlock, head) ?? quantity(head) };
  if (Number(bounded.fromBlock ?? 0) > head) return [];
  const logs = (await ask(call.method, [bounded])) as Mined[];
  return logs.filter(({ blockNumber }) => Number(blockNumber) <= head);
}

/** What is mined in a block that the node does not have yet is not mined for it. */
async function answerMined(ask: AskNode, call: RpcCall, head: number): Promise<unknown> {
  const found = (await ask(call.method, call.params)) as Mined | null;
  const known = found?.blockNumber == null || Number(found.blockNumber) <= head;
  if (known) return found;
  if (call.method === "eth_getTransactionReceipt") return null;
  return { ...found, blockNumber: null, blockHash: null, transactionIndex: null };
}

async function answerBlockByHash(ask: AskNode, call: RpcCall, head: number): Promise<unknown> {
  const block = (await ask("eth_getBlockByHash", call.params)) as { number: string } | null;
  return block && Number(block.number) > head ? null : block;
}

/**
 * Answers a call as a node would that is so many blocks behind: old heads, old nonces, no receipt for what was mined
 * since. What is sent to it goes through to the network all the same.
 */
export async function answerBehind(ask: AskNode, call: RpcCall, blocks: number): Promise<unknown> {
  const head = Math.max(0, Number(await ask("eth_blockNumber", [])) - blocks);
  const position = TAGGED[call.method];
  if (position !== undefined) return answerTagged(ask, call, position, head);
  switch (call.method) {
    case "eth_blockNumber":
      return quantity(head);
    case "eth_getLogs":
      return answerLogs(ask, call, head);
    case "eth_getTransactionReceipt":
    case "eth_getTransactionByHash":
      return answerMined(ask, call, head);
    case "eth_getBlockByHash":
      return answerBlockByHash(ask, call, head);
    default:
      return ask(call.method, call.params);
  }
}
