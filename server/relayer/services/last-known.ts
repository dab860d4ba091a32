import { ProblemError } from "../../foundation/http/problem-error.ts";

/** For so long what the chain last said is good enough to put an order into the queue. */
const GOOD_FOR_MS = 600_000;

/** Reads from the chain, or answers what it last said while it cannot be asked. */
export type LastKnown = <T>(key: string, read: () => Promise<T>) => Promise<T>;

/**
 * Lets orders be taken while the chain is away: they wait in the queue, and the contract checks signature and time again
 * when it is back. Nothing that moves money is decided by what this answers. Throws `chain-unavailable` for what was
 * never read, or too long ago.
 */
export function createLastKnown(): LastKnown {
  const kept = new Map<string, { readonly at: number; readonly value: unknown }>();
  return async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    try {
      const value = await read();
      kept.set(key, { at: performance.now(), value });
      return value;
    } catch (error) {
      const last = kept.get(key);
      const isAway = error instanceof ProblemError && error.code === "chain-unavailable";
      if (!isAway || !last || performance.now() - last.at > GOOD_FOR_MS) throw error;
      return last.value as T;
    }
  };
}
