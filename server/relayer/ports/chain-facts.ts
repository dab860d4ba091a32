import type { Address, BatchId } from "../../../protocol/messages.ts";
import type { Block } from "../../foundation/chain/block.ts";

interface FactBase {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly logIndex: number;
}

/** Something the corridor or the relay contract logged. */
export type ChainFact = FactBase &
  (
    | { readonly kind: "reserved"; readonly batchId: BatchId }
    | { readonly kind: "expired"; readonly batchId: BatchId }
    | {
        readonly kind: "settled";
        readonly batchId: BatchId;
        readonly sendMinor: bigint;
        readonly receiveMinor: bigint;
      }
    | {
        readonly kind: "rejected";
        readonly batchId: BatchId;
        readonly index: number;
        readonly reason: string;
      }
    | {
        readonly kind: "returned";
        readonly batchId: BatchId;
        readonly index: number;
        readonly reason: string;
        readonly sendMinor: bigint;
        readonly receiveMinor: bigint;
      }
    /** The call at this position of the pack failed, with this error of the contract. */
    | { readonly kind: "call-failed"; readonly position: number; readonly error: string }
    | { readonly kind: "signer-set"; readonly account: Address }
  );

/** Final blocks and what the corridor logged in them. */
export interface ChainSpan {
  readonly to: Block;
  readonly facts: readonly ChainFact[];
  /** Whether more final blocks follow. */
  readonly more: boolean;
}
