import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Database } from "../store/open-database.ts";
import { measureDue } from "../store/waiting-batches.ts";

/** How old the count may be that a request is judged by. */
const COUNT_LIFE_MS = 200;
const RETRY_SECONDS = 2;
/** Fewer transfers than this are done in a moment, whatever has held the oldest of them up. */
const QUEUE = 500;
/** The same for requests in hand, by the length of their bodies: two batches of hundreds, or a hundred single orders. */
const IN_HAND_BYTES = 1024 * 1024;
/** A short request is about as much work as so much of a long one. */
const LEAST_BYTES = 10 * 1024;

/** What may wait before new work is turned away. */
export interface Patience {
  readonly batches: number;
  /** How long the oldest of a queue may have been due, or the oldest request in hand. */
  readonly seconds: number;
}

/** Lets new work in, or says that too much is waiting. */
export interface Door {
  /** Throws `overloaded` while too much is waiting. */
  ask(): Promise<void>;
  /** Takes in hand a request of which the whole body is there; answers what to call once it is stored or refused. */
  enter(bytes: number): () => void;
}

interface InHand {
  readonly since: number;
  readonly bytes: number;
}

const refusal = (detail: string) =>
  new ProblemError("overloaded", detail, {
    remedy: "send the same request with the same key again later",
    retryAfterSeconds: RETRY_SECONDS,
  });

/** Whether the queue lets new work in, measured at most every 200 ms, however many ask. */
function watchQueue(db: Database, patience: Patience): () => Promise<boolean> {
  let judged: { at: number; isOpen: Promise<boolean> } | undefined;
  async function judge(): Promise<boolean> {
    const due = await measureDue(db, patience.batches);
    if (due.batches > patience.batches) return false;
    return due.transfers < QUEUE || due.seconds <= patience.seconds;
  }
  return () => {
    const now = performance.now();
    if (judged && now - judged.at < COUNT_LIFE_MS) return judged.isOpen;
    const started = { at: now, isOpen: judge() };
    judged = started;
    started.isOpen.catch(() => {
      if (judged === started) judged = undefined;
    });
    return started.isOpen;
  };
}

/**
 * Turns new orders and quotes away while a queue of transfers, or of requests that this process has let in and not stored
 * yet, has waited for longer than `seconds`, or more than so many batches wait at all: what was accepted keeps its latency,
 * and is done before its quotes lapse. A queue is measured in time, since only that says how much this machine can do.
 * Batches that wait for a time of their own, such as those of a payee that is away, do not count.
 */
export function createDoor(db: Database, patience: Patience): Door {
  const isOpen = watchQueue(db, patience);
  const inHand = new Set<InHand>();
  let bytesInHand = 0;

  /** The set keeps the order of arrival: its first is the oldest. */
  function isBehind(): boolean {
    const [oldest] = inHand;
    if (!oldest || bytesInHand < IN_HAND_BYTES) return false;
    return performance.now() - oldest.since > patience.seconds * 1_000;
  }

  return {
    async ask() {
      if (isBehind()) throw refusal("too many requests are being stored");
      if (!(await isOpen())) throw refusal("too many transfers wait for the chain");
    },
    enter(length) {
      const request = { since: performance.now(), bytes: Math.max(length, LEAST_BYTES) };
      inHand.add(request);
      bytesInHand += request.bytes;
      return () => {
        if (inHand.delete(request)) bytesInHand -= request.bytes;
      };
    },
  };
}
