import type { BatchId } from "../../../protocol/messages.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Database } from "../store/open-database.ts";
import { findDecided } from "../store/waiting-batches.ts";
import type { ChangeNotice } from "./notify-changes.ts";

/** What this instance does itself it is told of long before. */
const LOOK_MS = 100;
/** Looks take no more than one part in so many of the time, however many wait. */
const PAUSES_A_LOOK = 10;

/** Announces a transfer of a batch once the payee has answered for the batch, or it has ended otherwise; until disposed. */
export type WatchOutcome = (batchId: BatchId, uetr: Uetr) => Disposable;

/**
 * Finds out what other instances have learnt of batches for which somebody waits in this process: looks for all of them in
 * one statement, every 100 ms or, where many wait, less often. Hints only: a look that fails is followed by the next one,
 * and whoever waits looks by itself now and then.
 */
export function createOutcomeWatch(db: Database, changes: ChangeNotice): WatchOutcome {
  const waiting = new Map<BatchId, Uetr>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const startedAt = performance.now();
    const decided = await findDecided(db, [...waiting.keys()]).catch(() => []);
    for (const batchId of decided) {
      const uetr = waiting.get(batchId);
      waiting.delete(batchId);
      if (uetr !== undefined) changes.announce([uetr]);
    }
    timer = undefined;
    lookIn(Math.max(LOOK_MS, PAUSES_A_LOOK * (performance.now() - startedAt)));
  }
  function lookIn(ms: number): void {
    if (timer !== undefined || waiting.size === 0) return;
    timer = setTimeout(() => void look(), ms).unref();
  }

  return (batchId, uetr) => {
    waiting.set(batchId, uetr);
    lookIn(LOOK_MS);
    return { [Symbol.dispose]: () => waiting.delete(batchId) };
  };
}
