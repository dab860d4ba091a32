import pino from "pino";
import type { ChainPort } from "../../server/relayer/ports/chain.ts";
import type { ServiceContext } from "../../server/relayer/service-context.ts";
import { createAcceptBatch } from "../../server/relayer/services/accept-batch.ts";
import { createChainFollower } from "../../server/relayer/services/apply-chain-facts.ts";
import { createCreditor } from "../../server/relayer/services/credit-batches.ts";
import { createHalts } from "../../server/relayer/services/halts.ts";
import { createLaneHealer, resendUnmined } from "../../server/relayer/services/heal-lane.ts";
import { reconcileChain } from "../../server/relayer/services/reconcile-chain.ts";
import { submitChainCalls } from "../../server/relayer/services/submit-chain-calls.ts";
import { sweepDeadlines } from "../../server/relayer/services/sweep-deadlines.ts";
import { writeAudit } from "../../server/relayer/services/write-audit.ts";

/** Everything of a relayer that a crash does not take away: its database, its node, its key. */
export type Surroundings = Omit<
  ServiceContext,
  "owner" | "halts" | "log" | "times" | "signals" | "chain"
> & { readonly chain: ChainPort };

export const ROUNDS = ["submit", "follow", "credit", "sweep", "heal", "audit"] as const;
export type Round = (typeof ROUNDS)[number];

/** A relayer's own services, driven round by round. */
export interface SimulatedRelayer {
  readonly context: ServiceContext;
  readonly accept: ReturnType<typeof createAcceptBatch>;
  run(round: Round): Promise<void>;
  breaks(): Promise<unknown[]>;
}

const TIMES = {
  leaseMs: 15_000,
  recheckMs: 10_000,
  resendMs: 5_000,
  raiseFeeMs: 20_000,
  takeoverMs: 60_000,
  graceMs: 60_000,
};

/** Starts a relayer; what it keeps in memory is new. */
export function startSimulatedRelayer(around: Surroundings, owner: string): SimulatedRelayer {
  const log = pino({ level: "silent" });
  const context: ServiceContext = {
    ...around,
    owner,
    log,
    times: TIMES,
    halts: createHalts(around.db, log),
    signals: { wake: () => {}, decided: () => {}, confirmed: () => {} },
  };
  const follow = createChainFollower(context);
  const healLane = createLaneHealer(context);
  const creditor = createCreditor(context, () => {});
  const rounds: Record<Round, () => Promise<unknown>> = {
    submit: () => submitChainCalls(context),
    follow,
    async credit() {
      await creditor.round();
      await creditor[Symbol.asyncDispose]();
    },
    sweep: () => sweepDeadlines(context),
    async heal() {
      await healLane();
      await resendUnmined(context);
    },
    audit: () => writeAudit(context),
  };
  return {
    context,
    accept: createAcceptBatch(context),
    async run(round) {
      await rounds[round]();
    },
    breaks: () => reconcileChain(context),
  };
}
