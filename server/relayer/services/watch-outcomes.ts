import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Database } from "../store/open-database.ts";
import { findDecided } from "../store/waiting-batches.ts";
import type { ChangeNotice } from "./notify-changes.ts";

/** How long until the next look: at once shorter where one has found something, and longer again look by look where none does. */
const LOOK_MS = { least: 20, most: 100, longerBy: 1.25 };
/** Looks take no more than one part in so many of the time, however many wait. */
const PAUSES_A_LOOK = 10;

/** Milliseconds until the next look, after one that has found something or nothing. */
export const nextPause = (pauseMs: number, hasFound: boolean): number =>
  hasFound ? LOOK_MS.least : Math.min(LOOK_MS.most, pauseMs * LOOK_MS.longerBy);

/** Announces a transfer of a batch once the payee has answered for the batch, or it has ended otherwise; until disposed. */
export type WatchOutcome = (batchId: BatchId, uetr: Uetr) => Disposable;

/**
 * Finds out what other instances have learnt of batches for which somebody waits in this process: looks for all of them in
 * one statement, less often where many wait. What this instance does itself it is told of long before, so that one that works
 * alone looks every 100 ms and finds nothing; one that shares its work finds something, and looks every 20 ms. Hints only: a
 * look that fails is followed by the next one, and whoever waits looks by itself now and then.
 */
export function createOutcomeWatch(db: Database, changes: ChangeNotice): WatchOutcome {
  const waiting = new Map<BatchId, Uetr>();
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = LOOK_MS.most;

  async function look(): Promise<void> {
    const startedAt = performance.now();
    const decided = await findDecided(db, [...waiting.keys()]).catch(() => []);
    const found = decided.flatMap((batchId) => waiting.get(batchId) ?? []);
    for (const batchId of decided) waiting.delete(batchId);
    changes.announce(found);
    pauseMs = nextPause(pauseMs, found.length > 0);
    lookIn(Math.max(pauseMs, PAUSES_A_LOOK * (performance.now() - startedAt)));
  }
  function lookIn(ms: number): void {
    timer = setTimeout(() => {
      if (waiting.size > 0) return void look();
      timer = undefined;
    }, ms).unref();
  }

  return (batchId, uetr) => {
    waiting.set(batchId, uetr);
    if (timer === undefined) lookIn(pauseMs);
    return { [Symbol.dispose]: () => waiting.delete(batchId) };
  };
}
