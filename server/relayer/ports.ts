import type { Instruction } from "../../protocol/batch-tree.ts";
import type { Corridor, CorridorId, ParticipantId } from "../../protocol/corridor.ts";
import type {
  Address,
  Batch,
  BatchId,
  Quote,
  QuoteHash,
  Signature,
} from "../../protocol/messages.ts";
import type {
  CreditAnswer,
  LookupAnswer,
  RecallAnswer,
  WireCreditInstruction,
} from "../../protocol/wire/participant.ts";
import type { WireAccount } from "../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../protocol/wire/primitives.ts";
import type { Block } from "../foundation/chain/block.ts";
import type { Checkpoint } from "../foundation/chain/follow-events.ts";
import type { BatchOnChain } from "../foundation/chain/read-corridor.ts";

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

/** A bank's signed promise and what it was made from. */
export interface WholesaleQuote {
  readonly quoteHash: QuoteHash;
  readonly corridorId: CorridorId;
  readonly quote: Quote;
  readonly signature: Signature;
  /** The quote's rate between major units, as a pacs.008 states it. */
  readonly rateMajor: string;
  readonly midRate: { readonly value: string; readonly source: string; readonly date: string };
}

/** Final blocks and what the corridor logged in them. */
export interface ChainSpan {
  readonly to: Block;
  readonly facts: readonly ChainFact[];
  /** Whether more final blocks follow. */
  readonly more: boolean;
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
  pack(calls: readonly ChainCall[]): PackedCalls;
  sign(packed: PackedCalls, nonce: bigint): Promise<SignedPack>;
  /** Sends a signed chain transaction; one that the node knows already counts as sent. */
  broadcast(raw: string): Promise<void>;
  /** Reads the next span of final blocks after a checkpoint; undefined when there is none. */
  nextSpan(checkpoint: Checkpoint | undefined): Promise<ChainSpan | undefined>;
}

/** The correspondent banks. */
export interface BankPort {
  quote(corridor: Corridor): Promise<WholesaleQuote>;
  confirmCycle(cycle: {
    readonly id: string;
    readonly fromBlock: number;
    readonly toBlock: number;
    readonly movements: readonly { account: string; token: string; netMinor: string }[];
  }): Promise<{ readonly agreed: boolean; readonly differences: readonly unknown[] }>;
}

/** The receiving wallets. */
export interface ParticipantPort {
  lookup(
    payee: ParticipantId,
    query: { readonly corridor: CorridorId; readonly account: WireAccount },
  ): Promise<LookupAnswer>;
  /** Hands over a reserved batch; throws a retryable problem while the outcome is unknown. */
  credit(
    payee: ParticipantId,
    batchId: BatchId,
    instruction: WireCreditInstruction,
  ): Promise<CreditAnswer>;
  /** Asks for money back: a signed return, or a refusal with its reason. */
  recall(
    payee: ParticipantId,
    request: { readonly uetr: Uetr; readonly payer: Address; readonly reason: string },
  ): Promise<RecallAnswer>;
}

/** Sanctions screening; throws when it cannot answer, so that nothing passes unscreened. */
export interface ScreeningPort {
  screen(
    names: readonly string[],
  ): Promise<{ readonly clear: boolean; readonly listVersion: string }>;
}

/** What services tell the workers and the waiting requests after a commit. */
export interface Signals {
  /** There is work for a queue. */
  wake(queue: "chain" | "credit"): void;
  /** Transfers have an outcome: credited, held, or an end. */
  decided(uetrs: readonly Uetr[]): void;
}
