import type { BatchOnChain } from "../../../protocol/batch-status-call.ts";
import type { Instruction } from "../../../protocol/batch-tree.ts";
import type { Address, Batch, BatchId, Quote, Signature } from "../../../protocol/messages.ts";
import type { Block } from "../../foundation/chain/block.ts";
import type { Checkpoint } from "../../foundation/chain/follow-events.ts";
import type { ChainFact, ChainSpan } from "./chain-facts.ts";

/** One call to the corridor contract, ready to be packed. */
export type ChainCall =
  | {
      readonly kind: "reserve";
      readonly batchId: BatchId;
      readonly quote: Quote;
      readonly quoteSignature: Signature;
      readonly batch: Batch;
      readonly batchSignature: Signature;
      readonly instructions: readonly Instruction[];
    }
  | {
      readonly kind: "settle";
      readonly batchId: BatchId;
      readonly quote: Quote;
      readonly batch: Batch;
      readonly rejections: string;
      readonly outcomeSignature: Signature;
      readonly instructions: readonly Instruction[];
    }
  | {
      readonly kind: "expire";
      readonly batchId: BatchId;
      readonly quote: Quote;
      readonly batch: Batch;
    }
  | {
      readonly kind: "return";
      readonly batchId: BatchId;
      readonly quote: Quote;
      readonly batch: Batch;
      readonly index: number;
      readonly instructions: readonly Instruction[];
      readonly reason: string;
      readonly returnSignature: Signature;
    };

/** As many calls, from the front of a list, as one chain transaction holds. */
export interface PackedCalls {
  readonly count: number;
  readonly data: string;
  readonly gasLimit: bigint;
}

/** A chain transaction signed but not sent. */
export interface SignedPack {
  readonly hash: string;
  readonly raw: string;
}

/** Where a chain transaction was mined. */
export interface MinedTransaction {
  readonly blockNumber: number;
  readonly reverted: boolean;
}

/** The chain, as the relayer's own node shows it. */
export interface ChainPort {
  /** Names the key that sends: its address. */
  readonly lane: string;
  finalBlock(): Promise<Block>;
  batchAt(batchId: BatchId, block: Block): Promise<BatchOnChain>;
  /** The key that signs for an account now. */
  signerOf(account: Address): Promise<Address>;
  /** The first nonce of the lane's key that the chain has not counted. */
  countedNonce(): Promise<bigint>;
  /** The same, as of the newest final block. */
  finalNonce(): Promise<bigint>;
  /** The block that the node holds under a number now. */
  blockAt(number: number): Promise<Block | undefined>;
  /** The newest block, final or not: to see that blocks are made. */
  newestBlock(): Promise<Block>;
  pack(calls: readonly ChainCall[]): PackedCalls;
  sign(packed: PackedCalls, nonce: bigint): Promise<SignedPack>;
  /** Signs a chain transaction to the lane's own key: it moves nothing and takes a nonce, with some bytes to be read. */
  signNote(data: string, nonce: bigint): Promise<SignedPack>;
  /**
   * Signs the same content and nonce with a fee at least 10 % higher; undefined when it is not of this lane's key, or
   * the fee would pass what is ever offered.
   */
  signAgain(raw: string): Promise<SignedPack | undefined>;
  /** The block that holds a chain transaction now, and whether it reverted there; undefined when none does. */
  minedIn(hash: string): Promise<MinedTransaction | undefined>;
  /** Sends a signed chain transaction; one that the node knows already counts as sent. */
  broadcast(raw: string): Promise<void>;
  /** What the corridor logged in some blocks, both ends included, as the node holds them now. */
  factsIn(blocks: { readonly from: number; readonly to: number }): Promise<ChainFact[]>;
  /**
   * Reads the next span of final blocks after a checkpoint; undefined when there is none. Throws `ReorganisedError`
   * when the node holds another block in the checkpoint's place.
   */
  nextSpan(checkpoint: Checkpoint | undefined): Promise<ChainSpan | undefined>;
}
