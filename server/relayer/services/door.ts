import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Database } from "../store/open-database.ts";
import { countAnswered, measureDue } from "../store/waiting-batches.ts";
import { createPace } from "./pace.ts";
import { createRefreshed } from "./refreshed.ts";

/** A request is judged by a measurement of the queue that is at most a second old. */
const MEASURED = { againAfterMs: 200, goodForMs: 1_000 };
const RETRY_SECONDS = 2;
/** Fewer than these are done in a moment, whatever has held the oldest of them up. */
const FEW = { transfers: 100, batches: 4 };
/** The same for requests in hand, by the length of their bodies: two batches of hundreds, or a hundred single orders. */
const FEW_BYTES = 1024 * 1024;
/** A short request is about as much work as so much of a long one. */
const LEAST_BYTES = 10 * 1024;

/** What may wait before new work is turned away. */
export interface Patience {
  readonly batches: number;
  /** How long a new order may have to wait for those ahead of it, beside two blocks. */
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

/**
 * The seconds that what is waiting will take, going by how much was done in the last `seconds`; none while its oldest has not
 * waited for as long, since it may all be done in a moment. The age of the oldest by itself comes too late: under twice the
 * load that can be done it is half of what those who come now are going to wait.
 */
async function foretell(
  queue: { readonly waiting: number; readonly oldestSeconds: number },
  seconds: number,
  doneWithin: (seconds: number) => number | Promise<number>,
): Promise<number> {
  if (queue.waiting === 0 || queue.oldestSeconds < seconds) return 0;
  return (queue.waiting * seconds) / (await doneWithin(seconds));
}

/** How long an order that is stored now will wait in the queue; measured at most every 200 ms, however many ask. */
function watchQueue(
  db: Database,
  most: number,
  patienceSeconds: () => number,
): () => Promise<number> {
  return createRefreshed(async () => {
    const due = await measureDue(db, most);
    if (due.batches > most) return Number.POSITIVE_INFINITY;
    const isFew = due.transfers < FEW.transfers || due.batches < FEW.batches;
    const queue = { waiting: isFew ? 0 : due.transfers, oldestSeconds: due.seconds };
    return foretell(queue, patienceSeconds(), (seconds) => countAnswered(db, seconds));
  }, MEASURED);
}

/** Requests that this process has let in and not stored yet, and how long one that comes now will be among them. */
function watchHand(patienceSeconds: number) {
  const inHand = new Set<InHand>();
  let bytesInHand = 0;
  const stored = createPace(patienceSeconds * 1_000);
  return {
    wait(): Promise<number> {
      // The set keeps the order of arrival: its first is the oldest.
      const [oldest] = inHand;
      const queue = {
        waiting: bytesInHand < FEW_BYTES ? 0 : bytesInHand,
        oldestSeconds: oldest ? (performance.now() - oldest.since) / 1_000 : 0,
      };
      return foretell(queue, patienceSeconds, (seconds) => stored.within(seconds * 1_000));
    },
    enter(length: number): () => void {
      const request = { since: performance.now(), bytes: Math.max(length, LEAST_BYTES) };
      inHand.add(request);
      bytesInHand += request.bytes;
      return () => {
        if (!inHand.delete(request)) return;
        bytesInHand -= request.bytes;
        stored.add(request.bytes);
      };
    },
  };
}

/**
 * Turns new orders and quotes away while one that comes now would wait for longer than `seconds` until it is stored and
 * everything ahead of it is done, or while more than so many batches wait at all: what was accepted keeps its latency, and is
 * done before its quotes lapse. A queue is measured in time, since only that says how much this machine can do. Where a chain
 * takes its time between blocks, what waits for two of them is no crowd. Batches that wait for a time of their own, such as
 * those of a payee that is away, do not count, nor what a worker has in its hands.
 */
export function createDoor(db: Database, patience: Patience, blockSeconds: () => number): Door {
  const patienceSeconds = () => patience.seconds + 2 * blockSeconds();
  const queueWait = watchQueue(db, patience.batches, patienceSeconds);
  const hand = watchHand(patience.seconds);
  return {
    async ask() {
      const untilStored = await hand.wait();
      if (untilStored > patience.seconds) throw refusal("too many requests are being stored");
      if (untilStored + (await queueWait()) > patienceSeconds()) {
        throw refusal("too many transfers wait for the chain");
      }
    },
    enter: hand.enter,
  };
}
