import type { Costs } from "./costs.ts";
import type { Step } from "./visits.ts";

/** A call that waits for a chain transaction, of an order that was due at a time. */
export interface PackedCall {
  readonly kind: "reserve" | "settle";
  readonly due: number;
}

/** The most batches taken for one chain transaction, and the bytes that it may have. */
const CLAIM_LIMIT = 128;
const PACK_BYTES = 120_000;
/** Of a reservation without its instructions, of each instruction, of a settlement. */
const RESERVE_BYTES = 1_000;
const INSTRUCTION_BYTES = 64;
const SETTLE_BYTES = 700;

export interface PackerOptions {
  readonly costs: Costs;
  /** Does the relayer's and the database's part of a step for some orders; of none it does nothing. */
  readonly store: (step: Step, orders: number, then: () => void) => void;
  /** Hands a pack to the node; calls back when the node has accepted it. */
  readonly send: (calls: readonly PackedCall[], accepted: () => void) => void;
}

/** Packs whatever is ready as soon as the node has accepted the pack before. */
export function createPacker({ costs, store, send }: PackerOptions) {
  const waiting: PackedCall[] = [];
  let sending = false;
  const bytesOf = ({ kind }: PackedCall) =>
    kind === "settle" ? SETTLE_BYTES : RESERVE_BYTES + INSTRUCTION_BYTES * costs.size;
  function take(): PackedCall[] {
    let bytes = 0;
    let count = 0;
    for (const call of waiting.slice(0, CLAIM_LIMIT)) {
      bytes += bytesOf(call);
      if (count > 0 && bytes > PACK_BYTES) break;
      count++;
    }
    return waiting.splice(0, count);
  }
  function next(): void {
    if (sending || waiting.length === 0) return;
    sending = true;
    const calls = take();
    const reserving = calls.filter(({ kind }) => kind === "reserve").length;
    store("reserve", reserving, () =>
      store("settle", calls.length - reserving, () =>
        send(calls, () => {
          sending = false;
          next();
        }),
      ),
    );
  }
  return {
    add(call: PackedCall): void {
      waiting.push(call);
      next();
    },
  };
}
