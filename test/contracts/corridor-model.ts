import type { Order } from "./orders.ts";
import { receiveOf, receiveTotalOf, sendOf, sendTotalOf } from "./orders.ts";
import type { Positions } from "./positions-of.ts";

export type Party = "bank" | "payer" | "payee";
export type TransferState = "Reserved" | "Settled" | "Rejected" | "Returned" | "Expired";

/** One reserved batch as the rules say it stands. */
export interface ModelBatch {
  order: Order;
  reservedAt: bigint;
  transfers: TransferState[];
  open: boolean;
}

/** The bounds the model's payer lives under, in minor units and seconds. */
export interface ModelLimits {
  maxPerTransfer: bigint;
  bucketCapacity: bigint;
  windowSeconds: bigint;
}

/**
 * The corridor's rules once more, in the plainest words, without hashes, signatures or storage: what each call would
 * do, and whether it may. Random calls to the contract must end as this says.
 */
export class CorridorModel {
  readonly limits: ModelLimits;
  readonly positions: Positions;
  readonly batches: ModelBatch[] = [];
  readonly quoteUsed = new Map<string, bigint>();
  readonly inactive = new Set<Party>();
  paused = false;
  /** Sent to the corridor by mistake, by token. */
  readonly stray = { hkd: 0n, php: 0n };
  #bucketUsed = 0n;
  #bucketAt = 0n;

  constructor(limits: ModelLimits, positions: Positions) {
    this.limits = limits;
    this.positions = { ...positions };
  }

  /** Reserves if all rules let it, and says whether they did. */
  reserve(order: Order, now: bigint): boolean {
    const send = sendTotalOf(order.instructions);
    const receive = receiveTotalOf(order.instructions);
    const { quote, batch } = order;
    const used = this.quoteUsed.get(batch.quoteHash) ?? 0n;
    const allowed =
      !this.paused &&
      this.inactive.size === 0 &&
      now < quote.validUntil &&
      now + 30n <= quote.settleUntil &&
      !this.batches.some(({ order: known }) => known.batchId === order.batchId) &&
      order.instructions.every(
        (instruction) => sendOf(instruction) <= this.limits.maxPerTransfer,
      ) &&
      send <= this.positions.payerHkd &&
      receive <= this.positions.bankPhp &&
      used + send <= quote.maxSend &&
      this.#takeFromBucket(send, now);
    if (!allowed) return false;
    this.positions.payerHkd -= send;
    this.positions.bankPhp -= receive;
    this.quoteUsed.set(batch.quoteHash, used + send);
    const transfers = order.instructions.map((): TransferState => "Reserved");
    this.batches.push({ order, reservedAt: now, transfers, open: true });
    return true;
  }

  /** Settles all but these transfers if the rules let it. */
  settle(batch: ModelBatch, rejected: readonly number[], now: bigint): boolean {
    if (!batch.open || now >= batch.order.quote.settleUntil) return false;
    batch.open = false;
    for (const [index, instruction] of batch.order.instructions.entries()) {
      const refused = rejected.includes(index);
      batch.transfers[index] = refused ? "Rejected" : "Settled";
      this.positions[refused ? "payerHkd" : "bankHkd"] += sendOf(instruction);
      this.positions[refused ? "bankPhp" : "payeePhp"] += receiveOf(instruction);
    }
    return true;
  }

  /** Releases a batch if its time is over. */
  expire(batch: ModelBatch, now: bigint): boolean {
    if (!batch.open || now < batch.order.quote.settleUntil) return false;
    batch.open = false;
    batch.transfers.fill("Expired");
    this.positions.payerHkd += sendTotalOf(batch.order.instructions);
    this.positions.bankPhp += receiveTotalOf(batch.order.instructions);
    return true;
  }

  /** Gives one transfer back if the rules let it. */
  giveBack(batch: ModelBatch, index: number, now: bigint): boolean {
    const instruction = batch.order.instructions[index];
    const allowed =
      instruction !== undefined &&
      batch.transfers[index] === "Settled" &&
      now < batch.order.quote.returnUntil &&
      !this.inactive.has("payee") &&
      this.positions.payeePhp >= receiveOf(instruction) &&
      this.positions.bankHkd >= sendOf(instruction);
    if (!allowed) return false;
    batch.transfers[index] = "Returned";
    this.positions.payeePhp -= receiveOf(instruction);
    this.positions.bankPhp += receiveOf(instruction);
    this.positions.bankHkd -= sendOf(instruction);
    this.positions.payerHkd += sendOf(instruction);
    return true;
  }

  /** What the corridor must hold of both tokens: positions, open batches, and what came by mistake. */
  balances(): { hkd: bigint; php: bigint } {
    const { payerHkd, bankHkd, bankPhp, payeePhp } = this.positions;
    let hkd = payerHkd + bankHkd + this.stray.hkd;
    let php = bankPhp + payeePhp + this.stray.php;
    for (const { open, order } of this.batches) {
      if (open) {
        hkd += sendTotalOf(order.instructions);
        php += receiveTotalOf(order.instructions);
      }
    }
    return { hkd, php };
  }

  /** The most that was reserved in any window. */
  mostInAnyWindow(): bigint {
    let most = 0n;
    for (const { reservedAt: start } of this.batches) {
      const sum = this.batches
        .filter(({ reservedAt: at }) => at >= start && at < start + this.limits.windowSeconds)
        .reduce((total, { order }) => total + sendTotalOf(order.instructions), 0n);
      if (sum > most) most = sum;
    }
    return most;
  }

  #takeFromBucket(amount: bigint, now: bigint): boolean {
    const { bucketCapacity, windowSeconds } = this.limits;
    const refilled = ((now - this.#bucketAt) * bucketCapacity) / windowSeconds;
    const used = this.#bucketUsed > refilled ? this.#bucketUsed - refilled : 0n;
    if (used + amount > bucketCapacity) return false;
    this.#bucketUsed = used + amount;
    this.#bucketAt = now;
    return true;
  }
}
