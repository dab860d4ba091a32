import type { BatchId } from "../../../protocol/messages.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { closeCase, findCase, type StoredCase } from "../store/cases.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Db } from "../store/open-database.ts";
import { recordFact } from "../store/record-fact.ts";
import type { Order } from "./halts.ts";
import { recordAct } from "./record-act.ts";

/** What the chain gave back stays given back: its disputed transfers end as expired. */
async function endDisputes(db: Db, { kind, subject }: StoredCase): Promise<void> {
  if (kind !== "credited-and-released") return;
  const batchIds = [subject as BatchId];
  await recordFact(db, { fact: "expired-on-chain", batchIds, fromStates: ["disputed"] });
}

/**
 * Closes a case with what people have decided, once. The act stands in the audit log; `not-found` for an unknown case,
 * `transition` for one that is closed.
 */
export async function resolveCase(
  { db }: ServiceContext,
  id: string,
  { by, reason }: Order,
): Promise<{ id: string; resolution: string }> {
  const found = await findCase(db, id);
  if (!found) throw new ProblemError("not-found", "there is no case of this id");
  await inTransaction(db, async (trx) => {
    if (!(await closeCase(trx, id, reason))) {
      throw new ProblemError("transition", "the case is closed", {
        remedy: "open a new one by the facts that contradict now",
      });
    }
    await endDisputes(trx, found);
    await recordAct(trx, { act: "resolve-case", by, subject: `${found.kind} ${id}`, reason });
  });
  return { id, resolution: reason };
}
