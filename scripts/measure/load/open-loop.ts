/** Milliseconds that pass, and waiting for them; tests bring their own. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms))),
};

/** When each order of a load is due, in milliseconds from its start, evenly spaced. */
export function dueTimes(load: {
  /** Transfers per second. */
  readonly rate: number;
  readonly durationMs: number;
  /** Transfers of one order. */
  readonly size: number;
}): number[] {
  const everyMs = (load.size * 1_000) / load.rate;
  const count = Math.max(1, Math.round(load.durationMs / everyMs));
  return Array.from({ length: count }, (_, index) => index * everyMs);
}

export interface OpenLoop<Order> {
  readonly due: readonly number[];
  /** How long before its time an order is prepared. */
  readonly leadMs: number;
  readonly clock: Clock;
  prepare(index: number): Promise<Order>;
  /** `dueAt` is by the clock: what an order waits for its turn to be sent counts. */
  send(order: Order, dueAt: number): Promise<void>;
  /** Told of an order that could not even be prepared. */
  failed(error: unknown): void;
}

/**
 * Sends orders at their times whatever the answers take: a slow system cannot hide its queue by making its users wait
 * with their next order. Ends when every answer is there.
 */
export async function runOpenLoop<Order>(loop: OpenLoop<Order>): Promise<void> {
  const { due, leadMs, clock } = loop;
  const start = clock.now() + leadMs;
  await Promise.all(
    due.map(async (offset, index) => {
      const dueAt = start + offset;
      await clock.sleep(dueAt - leadMs - clock.now());
      let order: Order;
      try {
        order = await loop.prepare(index);
      } catch (error) {
        return loop.failed(error);
      }
      await clock.sleep(dueAt - clock.now());
      await loop.send(order, dueAt);
    }),
  );
}
