import { siblingsOf, treeOf } from "../../../protocol/batch-tree.ts";
import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { encodeRelayCall, encodeReserveCall } from "../../../protocol/encode-calls.ts";
import { reasonToBytes4 } from "../../../protocol/reason-codes.ts";
import { unpackRejections } from "../../../protocol/rejections.ts";
import { encodeSettleCall, showsList } from "../../../protocol/settle-call.ts";
import type { ChainCall, PackedCalls } from "../ports/chain.ts";

/** A call as the Relay contract takes it. */
export interface EncodedCall {
  readonly gasLimit: number;
  readonly data: string;
}

function encodeData(call: ChainCall): string {
  switch (call.kind) {
    case "reserve":
      return encodeReserveCall(call);
    case "settle":
      return encodeSettleCall(call);
    case "expire":
      return corridorAbi.encodeFunctionData("expire", [call.quote, call.batch]);
    case "return":
      return corridorAbi.encodeFunctionData("returnTransfer", [
        call.quote,
        call.batch,
        call.index,
        call.instructions[call.index],
        siblingsOf(treeOf(call.instructions), call.index),
        reasonToBytes4(call.reason),
        call.returnSignature,
      ]);
  }
}

/**
 * Gas stated for a call: what the gas snapshots measure without calldata, with every storage slot used for the first
 * time, and a margin. A call that runs out of it fails alone, and has to be sent again.
 */
function gasLimitOf(call: ChainCall): number {
  switch (call.kind) {
    case "reserve":
      return 120_000 + 2_700 * call.instructions.length;
    case "settle": {
      const rejected = unpackRejections(call.rejections).length;
      const listed = showsList(call.instructions.length, rejected)
        ? 2_500 * call.instructions.length
        : 0;
      return 100_000 + 10_000 * rejected + listed;
    }
    case "expire":
      return 90_000;
    case "return":
      return 160_000;
  }
}

/** Encodes one call for the Relay contract. */
export function encodeCall(call: ChainCall): EncodedCall {
  return { gasLimit: gasLimitOf(call), data: encodeData(call) };
}

/** Bytes and gas that a chain transaction may have: below nodes' 131,072 bytes and EIP-7825's 16,777,216. */
const MAX_BYTES = 120_000;
const MAX_GAS = 16_000_000;
const TRANSACTION_GAS_CAP = 16_777_216;
const CALL_OVERHEAD_BYTES = 160;
const CALL_OVERHEAD_GAS = 12_000;
const PACK_OVERHEAD_GAS = 60_000;

const bytesOf = (call: EncodedCall) => call.data.length / 2 + CALL_OVERHEAD_BYTES;
/** 16 gas for each byte of calldata at most, and the 1/64 that a caller keeps back. */
const gasOf = (call: EncodedCall) =>
  Math.ceil((call.gasLimit * 64) / 63) + 16 * bytesOf(call) + CALL_OVERHEAD_GAS;

/** How many calls, from the front, fit one chain transaction; at least one, which then fails and is seen. */
function fitting(calls: readonly EncodedCall[]): number {
  let bytes = 0;
  let gas = PACK_OVERHEAD_GAS;
  for (const [position, call] of calls.entries()) {
    bytes += bytesOf(call);
    gas += gasOf(call);
    if (position > 0 && (bytes > MAX_BYTES || gas > MAX_GAS)) return position;
  }
  return calls.length;
}

/** One chain transaction's calldata and gas limit for as many calls, from the front, as fit. */
export function packCalls(calls: readonly EncodedCall[]): PackedCalls {
  const packed = calls.slice(0, fitting(calls));
  const gas = packed.reduce((sum, call) => sum + gasOf(call), PACK_OVERHEAD_GAS);
  return {
    count: packed.length,
    data: encodeRelayCall(packed),
    gasLimit: BigInt(Math.min(gas, TRANSACTION_GAS_CAP)),
  };
}
