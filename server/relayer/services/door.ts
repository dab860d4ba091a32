import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Database } from "../store/open-database.ts";
import { countDue } from "../store/waiting-batches.ts";

/** How old the count may be that a request is judged by. */
const COUNT_LIFE_MS = 200;
const RETRY_SECONDS = 2;

/** Lets new work in, or says that too much is waiting. */
export type Door = () => Promise<void>;

/**
 * Turns new orders and quotes away while more than `maxWaiting` batches wait, so that what was accepted keeps its
 * latency. The count is taken at most every 200 ms, however many ask. Batches that wait for a time of their own, such
 * as those of a payee that is away, are not counted. Throws `overloaded`.
 */
export function createDoor(db: Database, maxWaiting: number): Door {
  let counted: { at: number; count: Promise<number> } | undefined;
  const count = (): Promise<number> => {
    const now = performance.now();
    if (counted && now - counted.at < COUNT_LIFE_MS) return counted.count;
    const started = { at: now, count: countDue(db, maxWaiting) };
    counted = started;
    started.count.catch(() => {
      if (counted === started) counted = undefined;
    });
    return started.count;
  };
  return async () => {
    if ((await count()) <= maxWaiting) return;
    throw new ProblemError("overloaded", "too many transfers wait for the chain", {
      remedy: "send the same request with the same key again later",
      retryAfterSeconds: RETRY_SECONDS,
    });
  };
}
