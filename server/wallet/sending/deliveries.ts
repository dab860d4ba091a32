import { setTimeout as sleep } from "node:timers/promises";

/** Orders that this process is handing to the relayer just now. Disposal cuts them short and waits for them. */
export interface Deliveries extends AsyncDisposable {
  /** Aborted on disposal: requests to the relayer are to end. */
  readonly signal: AbortSignal;
  isUnderWay(uetr: string): boolean;
  /** Resolves when the delivery has ended, or after `patienceMs`: then it goes on by itself. */
  waitFor(uetr: string, delivery: Promise<void>, patienceMs: number): Promise<void>;
}

/** Starts with none. */
export function createDeliveries(): Deliveries {
  const underWay = new Map<string, Promise<void>>();
  const disposal = new AbortController();
  return {
    signal: disposal.signal,
    isUnderWay: (uetr) => underWay.has(uetr),
    async waitFor(uetr, delivery, patienceMs) {
      const ended = delivery.finally(() => underWay.delete(uetr));
      underWay.set(uetr, ended);
      const patience = new AbortController();
      const enough = sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([ended, enough]);
      patience.abort();
    },
    async [Symbol.asyncDispose]() {
      disposal.abort();
      await Promise.allSettled(underWay.values());
    },
  };
}
