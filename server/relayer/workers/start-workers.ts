import { startWorkLoop, type WorkLoop } from "../../foundation/process/work-loop.ts";
import type { ServiceContext } from "../service-context.ts";
import { createChainFollower } from "../services/apply-chain-facts.ts";
import { closeCycle } from "../services/close-cycle.ts";
import { createCreditor } from "../services/credit-batches.ts";
import { createMessenger } from "../services/deliver-webhooks.ts";
import { createLaneHealer, resendUnmined } from "../services/heal-lane.ts";
import { createReconciler } from "../services/reconcile.ts";
import { refreshQuoteBook } from "../services/refresh-quote-book.ts";
import { submitChainCalls } from "../services/submit-chain-calls.ts";
import { sweepDeadlines } from "../services/sweep-deadlines.ts";
import { anchorAudit, writeAudit } from "../services/write-audit.ts";

export interface Workers extends AsyncDisposable {
  wake(queue: "chain" | "credit" | "follow" | "audit" | "webhooks"): void;
}

export interface WorkerTimes {
  readonly pollMs: number;
  readonly sweepMs: number;
  readonly cycleMs: number;
  /** How often the journal is compared with the chain and the payees' statements. */
  readonly reconcileMs: number;
  /** How often the audit log's head is written to the chain. */
  readonly anchorMs: number;
}

/** What has happened is in the log, and the log's head on the chain, before the relayer goes. */
async function lastWords(context: ServiceContext): Promise<void> {
  try {
    while (await writeAudit(context));
    await anchorAudit(context);
  } catch (error) {
    // Nothing is lost: whoever starts next writes and anchors it.
    context.log.warn({ err: error }, "the audit log was not anchored at the end");
  }
}

/**
 * The relayer's loops. Each is woken by whoever makes work for it, so that nothing waits while idle, and looks by
 * itself now and then, so that nothing is forgotten when a wake-up is lost.
 */
export function startWorkers(context: ServiceContext, times: WorkerTimes): Workers {
  const { log } = context;
  const loop = (name: string, everyMs: number, work: () => Promise<boolean>): WorkLoop =>
    startWorkLoop({ name, everyMs, log, work });
  const once = (work: () => Promise<unknown>) => () => work().then(() => false);

  const creditor = createCreditor(context, () => loops.credit.wake());
  const healLane = createLaneHealer(context);
  const messenger = createMessenger(context, () => loops.webhooks.wake());
  const loops = {
    chain: loop("submit-chain-calls", times.pollMs, () => submitChainCalls(context)),
    credit: loop("credit-batches", times.pollMs, creditor.round),
    follow: loop("apply-chain-facts", times.pollMs, createChainFollower(context)),
    quotes: loop(
      "refresh-quote-book",
      5_000,
      once(() => refreshQuoteBook(context)),
    ),
    sweep: loop(
      "sweep-deadlines",
      times.sweepMs,
      once(() => sweepDeadlines(context)),
    ),
    lane: loop(
      "heal-lane",
      times.sweepMs,
      once(async () => {
        await healLane();
        await resendUnmined(context);
      }),
    ),
    audit: loop("write-audit", times.pollMs, () => writeAudit(context)),
    webhooks: loop("deliver-webhooks", times.pollMs, messenger.round),
    anchor: loop(
      "anchor-audit",
      times.anchorMs,
      once(() => anchorAudit(context)),
    ),
    reconcile: loop("reconcile", times.reconcileMs, createReconciler(context)),
    cycle: loop(
      "close-cycle",
      times.cycleMs,
      once(() => closeCycle(context)),
    ),
  };
  return {
    wake: (queue) => loops[queue].wake(),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(loops).map((each) => each[Symbol.asyncDispose]()));
      await Promise.all([creditor[Symbol.asyncDispose](), messenger[Symbol.asyncDispose]()]);
      await lastWords(context);
    },
  };
}
