import { startWorkLoop, type WorkLoop } from "../../foundation/process/work-loop.ts";
import type { ServiceContext } from "../service-context.ts";
import { createChainFollower } from "../services/apply-chain-facts.ts";
import { closeCycle } from "../services/close-cycle.ts";
import { createCreditor } from "../services/credit-batches.ts";
import { healLane, resendUnmined } from "../services/heal-lane.ts";
import { refreshQuoteBook } from "../services/refresh-quote-book.ts";
import { submitChainCalls } from "../services/submit-chain-calls.ts";
import { sweepDeadlines } from "../services/sweep-deadlines.ts";

export interface Workers extends AsyncDisposable {
  wake(queue: "chain" | "credit" | "follow"): void;
}

export interface WorkerTimes {
  readonly pollMs: number;
  readonly sweepMs: number;
  readonly cycleMs: number;
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
        await healLane(context);
        await resendUnmined(context);
      }),
    ),
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
      await creditor[Symbol.asyncDispose]();
    },
  };
}
