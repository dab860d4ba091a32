import { keccak256, toUtf8Bytes } from "ethers";
import { unpackAmounts } from "../../protocol/amounts.ts";
import type { Instruction } from "../../protocol/batch-tree.ts";
import type { BatchStatus } from "../../protocol/contract-abi.ts";
import type { BatchId } from "../../protocol/messages.ts";
import { unpackRejections } from "../../protocol/rejections.ts";
import type { Block } from "../../server/foundation/chain/block.ts";
import type { ChainCall } from "../../server/relayer/ports/chain.ts";
import type { ChainFact } from "../../server/relayer/ports/chain-facts.ts";
import type { Random } from "./random.ts";

/** A signed chain transaction: who sent it, in which place, at what fee, and the calls that it carries. */
export interface ModelTransaction {
  readonly hash: string;
  readonly lane: string;
  readonly nonce: bigint;
  readonly fee: number;
  readonly packId: string;
}

interface ModelBlock extends Block {
  readonly transactions: readonly ModelTransaction[];
  readonly facts: readonly ChainFact[];
  /** What stood before, for when the block is replaced. */
  readonly before: {
    readonly batches: Map<BatchId, BatchStatus>;
    readonly counted: Map<string, bigint>;
  };
}

type Settle = Extract<ChainCall, { kind: "settle" }>;
type FactBody = { kind: ChainFact["kind"] } & Record<string, unknown>;

/** Blocks that must follow before a block is final. */
export const DEPTH = 3;

/** What a settlement moves: all that was reserved, but what the payee rejects. */
function totalsOf(reserved: readonly Instruction[], rejections: string) {
  const rejected = new Set(unpackRejections(rejections).map(({ index }) => index));
  let [send, receive] = [0n, 0n];
  for (const [index, { amounts }] of reserved.entries()) {
    if (rejected.has(index)) continue;
    const each = unpackAmounts(amounts);
    send += each.send;
    receive += each.receive;
  }
  return { sendMinor: send, receiveMinor: receive };
}

/**
 * A chain with a pool, fees, nonces and blocks that may be replaced, and the corridor contract's rules on it. Random
 * only in what it is told to do.
 */
export class ChainModel {
  readonly blocks: ModelBlock[] = [];
  readonly packs = new Map<string, readonly ChainCall[]>();
  #pool: ModelTransaction[] = [];
  #batches = new Map<BatchId, BatchStatus>();
  /** A batch's id stands for its list, whichever block it was shown in. */
  readonly #lists = new Map<BatchId, readonly Instruction[]>();
  #counted = new Map<string, bigint>();
  #minedIn = new Map<string, number>();
  #forks = 0;
  /** Below this fee nothing is mined. */
  baseFee = 1;

  constructor(timestamp: bigint) {
    this.#append(timestamp, [], []);
  }

  get head(): Block {
    return this.blocks.at(-1) as Block;
  }

  get finalBlock(): Block {
    return this.blocks[Math.max(0, this.blocks.length - 1 - DEPTH)] as Block;
  }

  counted(lane: string, atBlock?: number): bigint {
    if (atBlock === undefined) return this.#counted.get(lane) ?? 0n;
    return this.blocks[atBlock + 1]?.before.counted.get(lane) ?? this.#counted.get(lane) ?? 0n;
  }

  statusAt(batchId: BatchId, atBlock: number): BatchStatus {
    const later = this.blocks[atBlock + 1];
    return (later ? later.before.batches.get(batchId) : this.#batches.get(batchId)) ?? "None";
  }

  minedIn(hash: string): number | undefined {
    return this.#minedIn.get(hash);
  }

  /** Takes a chain transaction into the pool; a better paid one replaces another of its place. */
  submit(transaction: ModelTransaction): "taken" | "known" | "nonce too low" | "underpriced" {
    const { lane, nonce, hash, fee } = transaction;
    if (nonce < this.counted(lane)) return "nonce too low";
    const at = this.#pool.findIndex((each) => each.lane === lane && each.nonce === nonce);
    const old = this.#pool[at];
    if (old?.hash === hash) return "known";
    if (old && fee < old.fee * 1.1) return "underpriced";
    if (old) this.#pool[at] = transaction;
    else this.#pool.push(transaction);
    return "taken";
  }

  /** The pool forgets one of its chain transactions and tells nobody. */
  drop(random: Random): void {
    if (this.#pool.length > 0) this.#pool.splice(random.below(this.#pool.length), 1);
  }

  /** Makes a block of what the pool holds in order of nonces, and of calls from outside. */
  mine(timestamp: bigint, outside: readonly ChainCall[] = []): void {
    const chosen: ModelTransaction[] = [];
    const next = new Map(this.#counted);
    for (const transaction of this.#pool.toSorted((a, b) => Number(a.nonce - b.nonce))) {
      const { lane, nonce, fee } = transaction;
      if (nonce !== (next.get(lane) ?? 0n) || fee < this.baseFee) continue;
      next.set(lane, nonce + 1n);
      chosen.push(transaction);
    }
    this.#append(timestamp, chosen, outside);
    this.#pool = this.#pool.filter((each) => each.nonce >= (next.get(each.lane) ?? 0n));
  }

  /** Replaces the newest blocks, fewer than the depth: what was in them is in the pool again, or lost. */
  reorganise(count: number, random: Random): void {
    for (let left = count; left > 0 && this.blocks.length > DEPTH + 1; left--) {
      const block = this.blocks.pop() as ModelBlock;
      this.#batches = new Map(block.before.batches);
      this.#counted = new Map(block.before.counted);
      for (const transaction of block.transactions) {
        this.#minedIn.delete(transaction.hash);
        if (random.chance(0.7)) this.#pool.push(transaction);
      }
    }
    this.#forks++;
  }

  #append(
    timestamp: bigint,
    transactions: readonly ModelTransaction[],
    outside: readonly ChainCall[],
  ) {
    const number = this.blocks.length;
    const parent = this.blocks.at(-1);
    const before = { batches: new Map(this.#batches), counted: new Map(this.#counted) };
    const hash = keccak256(toUtf8Bytes(`${number} ${this.#forks} ${parent?.hash}`));
    const facts: ChainFact[] = [];
    const log = (transactionHash: string, body: FactBody) =>
      facts.push({
        ...body,
        transactionHash,
        blockNumber: number,
        logIndex: facts.length,
      } as never);
    for (const { hash: transactionHash, lane, nonce, packId } of transactions) {
      this.#counted.set(lane, nonce + 1n);
      this.#minedIn.set(transactionHash, number);
      this.#runAll(this.packs.get(packId) ?? [], timestamp, (body) => log(transactionHash, body));
    }
    this.#runAll(outside, timestamp, (body) => {
      // Nobody of ours packed it: a failure of it is told to nobody.
      if (body.kind !== "call-failed") log(`outside-${number}`, body);
    });
    this.blocks.push({
      number,
      hash,
      parentHash: parent?.hash ?? "",
      timestamp,
      transactions,
      facts,
      before,
    });
  }

  /** Runs calls one by one; one that fails costs the others nothing. */
  #runAll(calls: readonly ChainCall[], timestamp: bigint, log: (body: FactBody) => void): void {
    for (const [position, call] of calls.entries()) {
      const done = this.#run(call, timestamp);
      if (typeof done === "string") log({ kind: "call-failed", position, error: done });
      else done.forEach(log);
    }
  }

  /** The contract's rules: what is logged, or the error. */
  #run(call: ChainCall, timestamp: bigint): FactBody[] | string {
    const { batchId, quote } = call;
    const status = this.#batches.get(batchId) ?? "None";
    switch (call.kind) {
      case "reserve":
        if (status !== "None") return "BatchKnown";
        if (timestamp >= quote.validUntil) return "QuoteExpired";
        this.#batches.set(batchId, "Reserved");
        this.#lists.set(batchId, call.instructions);
        return [{ kind: "reserved", batchId }];
      case "settle":
        if (status !== "Reserved") return "NotReserved";
        if (timestamp >= quote.settleUntil) return "SettleWindowClosed";
        return this.#settle(call);
      case "expire":
        if (status !== "Reserved") return "NotReserved";
        if (timestamp < quote.settleUntil) return "SettleWindowOpen";
        this.#batches.set(batchId, "Expired");
        return [{ kind: "expired", batchId }];
      case "return":
        return "NotModelled";
    }
  }

  #settle({ batchId, instructions, rejections }: Settle): FactBody[] | string {
    const rejected = unpackRejections(rejections);
    // The contract is shown what it cannot know: the list, or a part of it, when something is left out.
    if (rejected.length > 0 && instructions.length === 0) return "NothingShown";
    this.#batches.set(batchId, "Settled");
    const left = rejected.map(({ index, reason }) => ({
      kind: "rejected" as const,
      batchId,
      index,
      reason,
    }));
    const totals = totalsOf(this.#lists.get(batchId) ?? [], rejections);
    return [...left, { kind: "settled", batchId, ...totals }];
  }
}
