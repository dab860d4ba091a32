import type { BatchId } from "../../../protocol/messages.ts";
import type { ServiceContext } from "../service-context.ts";
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
  const fromStates = ["accepted", "reserved"] as const;
  const released = await recordFact(db, { fact: "expired-on-chain", batchIds, fromStates });
  return [...contradicted, ...released];
}
