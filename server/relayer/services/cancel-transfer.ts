import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { WireTransfer } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { inTransaction } from "../store/in-transaction.ts";
import { recordFact } from "../store/record-fact.ts";
import { findStates, findTransfer } from "../store/transfers.ts";
import { withdrawUnsigned } from "../store/waiting-batches.ts";
import { readTransfer } from "./read-transfers.ts";

/** The debtor's own wish: pacs.002's reason for a cancelled transfer. */
const CANCELLED = "CUST";

function tooLate(detail: string): ProblemError {
  return new ProblemError("transition", detail, {
    remedy: "wait for its outcome; once it is credited, ask for a recall",
  });
}

/**
 * Cancels a transfer that is still in the queue: only while no chain transaction carrying it has been signed, and only
 * one that its payer signed alone, since a batch is one order. What is cancelled already is answered as it stands. The
 * payer's own node shows it to be final once the quote's `validUntil` has passed.
 */
export async function cancelTransfer(
  context: ServiceContext,
  participantId: ParticipantId,
  uetr: Uetr,
): Promise<WireTransfer> {
  const { db, signals } = context;
  const transfer = await findTransfer(db, { participantId, uetr });
  if (!transfer) throw new ProblemError("not-found", "there is no transfer of this id");
  const { batch_id: batchId, state, reason } = transfer;
  if (state === "rejected" && reason === CANCELLED)
    return readTransfer(context, participantId, uetr);
  if (state !== "accepted") throw tooLate(`a ${state} transfer cannot be cancelled`);
  if ((await findStates(db, batchId)).length > 1) {
    throw tooLate("it is one of several under one signature, which stand or fall together");
  }
  const changed = await inTransaction(db, async (trx) => {
    if (!(await withdrawUnsigned(trx, batchId))) return [];
    return recordFact(trx, { fact: "refused", batchIds: [batchId], reason: CANCELLED });
  });
  if (changed.length === 0) throw tooLate("a chain transaction that carries it is being signed");
  signals.decided([uetr]);
  return readTransfer(context, participantId, uetr);
}
