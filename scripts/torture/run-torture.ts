import { seededRandom } from "../kill-start/seeded-random.ts";
import { check, type Violation } from "./checker/check.ts";
import { readEvidence } from "./checker/read-evidence.ts";
import { createDice, type PlannedFault } from "./faults/fault.ts";
import { planFaults, runFaults } from "./faults/plan-faults.ts";
import type { ChainKind } from "./field/launch-services.ts";
import { startField } from "./field/start-field.ts";
import { payUntil, USUAL_MIX } from "./load/orders.ts";
import { openAccounts } from "./load/people.ts";
import { watchUntil } from "./load/watch.ts";
import { healField, settleDown } from "./settle-down.ts";

export interface TortureOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly relayers: number;
  readonly chain: ChainKind;
  readonly pairs: number;
  readonly onFault: (fault: PlannedFault) => void;
  readonly onPhase: (phase: string) => void;
}

export interface TortureResult {
  readonly verdict: "pass" | "fail" | "unknown";
  /** Why it is not a pass. */
  readonly violations: readonly Violation[];
  readonly open: readonly string[];
  readonly orders: number;
  readonly transfers: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly webhooks: number;
  readonly blocks: number;
  readonly chainTransactions: number;
  /** From the end of the faults until each transfer that was under way had ended. */
  readonly recoveredMs: readonly number[];
  /** How long was waited after the heal until each kind of thing was at rest, one after the other. */
  readonly waitedMs: Readonly<Record<string, number>>;
}

/** Blocks are replaced on anvil: there every party waits for this depth. */
const ANVIL_DEPTH = 3;
/** A batch that could not be reserved expires with its quote, one that could not be settled with its hold: 240 s. */
const LIVENESS_MS = 300_000;
/** A run in which fewer transfers than this share of the orders ended in money proves little. */
const LEAST_SUCCESS = 0.5;

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** Pays under faults, mends everything, waits until nothing is under way, and holds all that can be read against it. */
export async function runTorture(options: TortureOptions): Promise<TortureResult> {
  const { seed, minutes, relayers, chain, pairs, onFault, onPhase } = options;
  const depth = chain === "anvil" ? ANVIL_DEPTH : 0;
  const random = seededRandom(seed);
  const faults = planFaults(createDice(random, { relayers, depth }), chain, minutes * 60_000);
  onPhase("start");
  await using field = await startField({ seed, relayers, chain, depth });
  const people = await openAccounts(field, pairs);
  onPhase("faults");
  const stop = new AbortController();
  const watching = watchUntil(field, stop.signal);
  const stopPaying = new AbortController();
  const paying = payUntil(field, { people, mix: USUAL_MIX, random }, stopPaying.signal);
  await runFaults(field, faults, onFault);
  onPhase("heal");
  stopPaying.abort();
  await healField(field);
  const rest = await settleDown(field, { patienceMs: LIVENESS_MS, webhooks: true });
  await paying;
  stop.abort();
  await watching;
  onPhase("final reads");
  const evidence = await readEvidence(field);
  const violations = check(evidence);
  const { history, transfers } = evidence;
  const moved = transfers.filter(({ state }) => ["settled", "held", "returned"].includes(state));
  const successful = moved.length >= history.orders.length * LEAST_SUCCESS;
  // What moves while it is read contradicts itself: a run that did not come to rest shows nothing, and is no pass.
  const verdict = violations.length > 0 ? "fail" : successful ? "pass" : "unknown";
  return {
    verdict: rest.atRest ? verdict : "unknown",
    violations,
    open: rest.open,
    orders: history.orders.length,
    transfers: countBy(transfers, ({ state }) => state),
    refused: countBy(
      history.orders.flatMap(({ answers }) => answers.flatMap(({ refusal }) => refusal ?? [])),
      (code) => code,
    ),
    faults: countBy(history.broken, ({ kind }) => kind),
    webhooks: evidence.webhooks.received.length,
    blocks: evidence.chain.head,
    chainTransactions: evidence.chain.transactions.length,
    recoveredMs: rest.recoveredMs,
    waitedMs: rest.waitedMs,
  };
}
