import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Database } from "../store/open-database.ts";
import { measureDue } from "../store/waiting-batches.ts";

/** How old the count may be that a request is judged by. */
const COUNT_LIFE_MS = 200;
const RETRY_SECONDS = 2;
/** Fewer transfers than this are done in a moment, whatever has held the oldest of them up. */
const QUEUE = 500;

/** What may wait before new work is turned away. */
export interface Patience {
  readonly batches: number;
  /** How long the oldest of a queue may have been due. */
  readonly seconds: number;
}

/** Lets new work in, or says that too much is waiting. */
export type Door = () => Promise<void>;

/**
 * Turns new orders and quotes away while a queue of transfers has waited for longer than `seconds`, or more than so many
 * batches wait at all: what was accepted keeps its latency, and is done before its quotes lapse. A queue is measured in
 * time, since only that says how much this machine can do. It is measured at most every 200 ms, however many ask. Batches
 * that wait for a time of their own, such as those of a payee that is away, do not count. Throws `overloaded`.
 */
export function createDoor(db: Database, patience: Patience): Door {
  let judged: { at: number; isOpen: Promise<boolean> } | undefined;
  async function judge(): Promise<boolean> {
    const due = await measureDue(db, patience.batches);
    if (due.batches > patience.batches) return false;
    return due.transfers < QUEUE || due.seconds <= patience.seconds;
  }
  const isOpen = (): Promise<boolean> => {
    const now = performance.now();
    if (judged && now - judged.at < COUNT_LIFE_MS) return judged.isOpen;
    const started = { at: now, isOpen: judge() };
    judged = started;
    started.isOpen.catch(() => {
      if (judged === started) judged = undefined;
    });
    return started.isOpen;
  };
  return async () => {
    if (await isOpen()) return;
    throw new ProblemError("overloaded", "too many transfers wait for the chain", {
      remedy: "send the same request with the same key again later",
      retryAfterSeconds: RETRY_SECONDS,
    });
  };
}
