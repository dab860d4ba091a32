import type { Result } from "ethers";
import { corridorAbi, relayAbi } from "../../../protocol/contract-abi.ts";
import type { Address, BatchId } from "../../../protocol/messages.ts";
import { reasonFromBytes4 } from "../../../protocol/reason-codes.ts";
import { readReservedLog } from "../../../protocol/reserved-log.ts";
import { readSettledLog } from "../../../protocol/settled-log.ts";
import type { EventLog } from "../../foundation/chain/follow-events.ts";
import type { ChainFact } from "../ports/chain-facts.ts";
import { errorNameOf } from "./error-names.ts";

type Decoder = (args: Result) => FactBody | undefined;
type FactBody = ChainFact extends infer F
  ? F extends ChainFact
    ? Omit<F, "transactionHash" | "blockNumber" | "logIndex">
    : never
  : never;

const batchId = (args: Result) => String(args.getValue("batchId")) as BatchId;

const decoders: Record<string, Decoder> = {
  BatchExpired: (args) => ({ kind: "expired", batchId: batchId(args) }),
  TransferRejected: (args) => ({
    kind: "rejected",
    batchId: batchId(args),
    index: Number(args.getValue("index")),
    reason: reasonFromBytes4(args.getValue("reason")),
  }),
  TransferReturned: (args) => ({
    kind: "returned",
    batchId: batchId(args),
    index: Number(args.getValue("index")),
    reason: reasonFromBytes4(args.getValue("reason")),
    sendMinor: BigInt(args.getValue("sendAmount")),
    receiveMinor: BigInt(args.getValue("receiveAmount")),
  }),
  SignerSet: (args) => ({ kind: "signer-set", account: args.getValue("account") as Address }),
  CallFailed: (args) => ({
    kind: "call-failed",
    position: Number(args.getValue("index")),
    error: errorNameOf(args.getValue("reason")),
  }),
};

function decodeBody(log: EventLog): FactBody | undefined {
  const reserved = readReservedLog(log);
  if (reserved) return { kind: "reserved", batchId: reserved.batchId };
  const settled = readSettledLog(log);
  if (settled) {
    const { sendSettled: sendMinor, receiveSettled: receiveMinor } = settled;
    return { kind: "settled", batchId: settled.batchId, sendMinor, receiveMinor };
  }
  const parsed = corridorAbi.parseLog(log) ?? relayAbi.parseLog(log);
  return parsed ? decoders[parsed.name]?.(parsed.args) : undefined;
}

function decodeLog(log: EventLog): ChainFact | undefined {
  const body = decodeBody(log);
  if (!body) return undefined;
  const { transactionHash, blockNumber, logIndex } = log;
  return { ...body, transactionHash, blockNumber, logIndex } as ChainFact;
}

/** What the contracts logged, in order; logs that mean nothing to the relayer are left out. */
export function decodeFacts(logs: readonly EventLog[]): ChainFact[] {
  return logs.map(decodeLog).filter((fact) => fact !== undefined);
}
