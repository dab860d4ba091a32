import { AbiCoder, concat, dataSlice } from "ethers";
import { decodeAnchor } from "../../../protocol/audit.ts";
import { corridorAbi, relayAbi } from "../../../protocol/contract-abi.ts";
import { batchIdOf } from "../../../protocol/messages.ts";
import type { Network } from "../../../protocol/network.ts";
import { batchMessageSchema } from "../../../protocol/wire/messages.ts";

/** One call that a relayer sent to the contracts. */
export interface SentCall {
  readonly kind: "reserve" | "settle" | "expire" | "return";
  readonly batchId: string;
  readonly index?: number;
  readonly failed: boolean;
}

/** A chain transaction as a node tells it. */
export interface RpcTransaction {
  readonly hash: string;
  readonly from: string;
  readonly nonce: string;
  readonly input: string;
  readonly to: string | null;
}

const KINDS: Readonly<Record<string, SentCall["kind"]>> = {
  reserve: "reserve",
  settle: "settle",
  settleWithList: "settle",
  expire: "expire",
  returnTransfer: "return",
};
const SELECTOR_BYTES = 4;
const QUOTE_TYPE = corridorAbi.getFunction("expire")?.inputs[0];
/** A packed call with the quote put back that the Relay contract puts back. */
function unpackCall(quote: unknown, data: string, network: Network): Omit<SentCall, "failed"> {
  if (!QUOTE_TYPE) throw new Error("the contract has no expire");
  const words = AbiCoder.defaultAbiCoder().encode([QUOTE_TYPE], [quote]);
  const whole = concat([
    dataSlice(data, 0, SELECTOR_BYTES),
    words,
    dataSlice(data, SELECTOR_BYTES),
  ]);
  const call = corridorAbi.parseTransaction({ data: whole });
  const kind = KINDS[call?.name ?? ""];
  if (!call || !kind) throw new Error("a call that the corridor does not have");
  const [root, quoteHash, sendTotal, count] = call.args.getValue("batch");
  const batch = batchMessageSchema.parse({
    root,
    quoteHash,
    sendTotal: String(sendTotal),
    count: Number(count),
  });
  const batchId = batchIdOf({ chainId: network.chainId, corridor: network.corridor }, batch);
  const index = kind === "return" ? { index: Number(call.args.getValue("index")) } : {};
  return { kind, batchId, ...index };
}

function callsOf(
  input: string,
  failed: ReadonlySet<number>,
  network: Network,
): SentCall[] | undefined {
  const relay = relayAbi.parseTransaction({ data: input });
  if (relay?.name !== "relay") return undefined;
  const quotes = relay.args.getValue("quotes");
  return [...relay.args.getValue("calls")].map(([, quote, data], position) => ({
    ...unpackCall(quotes[Number(quote)], data, network),
    failed: failed.has(position),
  }));
}

/** What a chain transaction of a relayer is for; `failed` are the positions of its calls that the contracts refused. */
export function useOf(sent: RpcTransaction, failed: ReadonlySet<number>, network: Network) {
  const anchor = decodeAnchor(sent.input);
  const toSelf = sent.to?.toLowerCase() === sent.from.toLowerCase();
  if (anchor) return { use: "anchor", calls: [], anchor } as const;
  if (toSelf && sent.input === "0x") return { use: "filler", calls: [] } as const;
  const toRelay = sent.to?.toLowerCase() === network.relay.toLowerCase();
  const calls = toRelay ? callsOf(sent.input, failed, network) : undefined;
  return calls ? ({ use: "calls", calls } as const) : ({ use: "unknown", calls: [] } as const);
}
