import type { CorridorId } from "../../../protocol/corridor.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { unparkOverdue } from "../store/attention.ts";
import { findBatchState, parkBatch, unparkBatch } from "../store/batch-acts.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Order } from "./halts.ts";
import { recordAct } from "./record-act.ts";

/** A batch that is not done after so long is looked at: twenty times what one takes. */
export const OVERDUE_SECONDS = 60;

/** Where a batch stands in the relayer's queue, for whoever looks after it. */
export interface BatchStanding {
  readonly batchId: BatchId;
  readonly participant: string;
  readonly corridor: string;
  readonly stage: string;
  readonly dueAt: string;
  readonly parked: boolean;
  readonly attempts: number;
  readonly lastError?: string;
}

/** A batch as the queue holds it; `not-found` for an unknown one. */
export async function readBatch({ db }: ServiceContext, batchId: BatchId): Promise<BatchStanding> {
  const row = await findBatchState(db, batchId);
  if (!row) throw new ProblemError("not-found", "there is no batch of this id");
  return {
    batchId,
    participant: row.participant_id,
    corridor: row.corridor_id,
    stage: row.stage,
    dueAt: row.due_at.toISOString(),
    parked: row.parked,
    attempts: row.attempts,
    ...(row.last_error !== null && { lastError: row.last_error }),
  };
}

async function act(
  context: ServiceContext,
  batchId: BatchId,
  order: Order & { readonly act: "park" | "retry" },
): Promise<BatchStanding> {
  const { by, reason } = order;
  await inTransaction(context.db, async (trx) => {
    const change = order.act === "park" ? parkBatch : unparkBatch;
    if (!(await change(trx, batchId, `${order.act} by ${by}: ${reason}`))) {
      throw new ProblemError("transition", "the batch is done, or somebody works on it right now", {
        remedy: "read the batch; a claim ends within seconds",
      });
    }
    await recordAct(trx, { act: `${order.act}-batch`, by, subject: batchId, reason });
  });
  return readBatch(context, batchId);
}

/**
 * Leaves a batch alone until it is retried: nothing new is tried for it. The chain's clocks go on, and what protects
 * money still happens: what is not reserved or settled in time is released. `not-found`, `transition`.
 */
export async function parkOne(context: ServiceContext, batchId: BatchId, order: Order) {
  await readBatch(context, batchId);
  return act(context, batchId, { ...order, act: "park" });
}

/** Tries a batch's next step at once, parked or not. `not-found`, `transition`. */
export async function retryOne(context: ServiceContext, batchId: BatchId, order: Order) {
  await readBatch(context, batchId);
  const standing = await act(context, batchId, { ...order, act: "retry" });
  context.signals.wake("chain");
  context.signals.wake("credit");
  return standing;
}

/**
 * Tries a corridor's overdue batches of one stage at once, parked or not; answers how many. Those that somebody works on
 * right now are left to them.
 */
export async function retryOverdue(
  context: ServiceContext,
  of: { readonly corridorId: CorridorId; readonly stage: string },
  { by, reason }: Order,
): Promise<number> {
  const retried = await inTransaction(context.db, async (trx) => {
    const late = { ...of, seconds: OVERDUE_SECONDS };
    const count = await unparkOverdue(trx, late, `retry by ${by}: ${reason}`);
    const subject = `corridor:${of.corridorId} ${of.stage}: ${count} batches`;
    await recordAct(trx, { act: "retry-overdue", by, subject, reason });
    return count;
  });
  context.signals.wake("chain");
  context.signals.wake("credit");
  return retried;
}
