import type { BatchId } from "../../../protocol/messages.ts";
import { payeeSilentReason, reasonOfRefusal } from "../../../protocol/refusals.ts";
import type { ServiceContext } from "../service-context.ts";
import { findLastErrors } from "../store/batches.ts";
import type { Db } from "../store/open-database.ts";
import { type ChangedTransfer, recordFact } from "../store/record-fact.ts";
import { openCase } from "./open-case.ts";

/**
 * Records that the chain gave batches back, or never reserved them and now cannot. What the payee has credited all the
 * same is disputed, and stays so until the case is resolved: the payee has paid what nobody has paid it.
 */
export async function recordReleased(
  context: ServiceContext,
  db: Db,
  batchIds: readonly BatchId[],
): Promise<ChangedTransfer[]> {
  const contradicted = await recordFact(db, {
    fact: "contradicted",
    batchIds,
    fromStates: ["credited", "held"],
  });
  for (const batchId of new Set(contradicted.map((transfer) => transfer.batch_id))) {
    const says = { payee: "credited, by its signed outcome", chain: "released to the payer" };
    await openCase(context, db, { kind: "credited-and-released", subject: batchId, facts: says });
  }
  return [...contradicted, ...(await recordExpired(db, batchIds))];
}

/**
 * What was held and never answered, and what was never held, each with its reason: for the latter the contract's, if it
 * was the contract that refused it.
 */
async function recordExpired(db: Db, batchIds: readonly BatchId[]): Promise<ChangedTransfer[]> {
  const fact = "expired-on-chain" as const;
  const expired = await recordFact(db, {
    fact,
    batchIds,
    fromStates: ["reserved"],
    reason: payeeSilentReason(),
  });
  const byReason = Map.groupBy(await findLastErrors(db, batchIds), ({ last_error }) =>
    reasonOfRefusal(last_error),
  );
  for (const [reason, batches] of byReason) {
    const refused = batches.map((batch) => batch.batch_id);
    const learnt = { fact, batchIds: refused, fromStates: ["accepted"], reason } as const;
    expired.push(...(await recordFact(db, learnt)));
  }
  return expired;
}
