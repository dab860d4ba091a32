import { moveByFact } from "../store/batches.ts";
import type { Db } from "../store/open-database.ts";
import { moveReturns } from "../store/returns.ts";
import type { StoredCall } from "../store/tables/chain.ts";

const RETRY_MS = 2_000;
const WAITING = { reserve: "reserving", settle: "settling", expire: "expiring" } as const;

/**
 * A call that was sent and did not happen goes back to its queue, with the error beside it. One whose batch has gone on
 * meanwhile, by somebody else's call, stays where it is.
 */
export async function returnToQueue(db: Db, call: StoredCall, error: string): Promise<void> {
  const { batchId, index = 0 } = call;
  if (call.kind === "return") {
    await moveReturns(db, [{ batchId, index }], { stage: "return", dueInMs: RETRY_MS, error });
    return;
  }
  const from = [WAITING[call.kind]];
  await moveByFact(db, [batchId], { stage: call.kind, from, dueInMs: RETRY_MS, error });
}
