import { ProtocolError } from "./errors.ts";

/** The states of a transfer, as every API shows them. */
export const TRANSFER_STATES = [
  "accepted",
  "reserved",
  "credited",
  "held",
  "settled",
  "rejected",
  "expired",
  "returned",
  "disputed",
] as const;

export type TransferState = (typeof TRANSFER_STATES)[number];

/** What can be learnt about a transfer. Each is a fact with evidence, never a guess. */
export const TRANSFER_FACTS = [
  /** Refused before anything was held: a cancel, or a quote that cannot be reserved any more for a stated reason. */
  "refused",
  /** Both legs are held on chain at the required depth. */
  "reserved-on-chain",
  /** The payee's signed Outcome, and its ACCC for this transfer. */
  "credited-by-payee",
  /** The payee's signed Outcome, and its ACWP or BLCK for this transfer. */
  "held-by-payee",
  /** The payee's signed Outcome lists this transfer as rejected, and the chain released it. */
  "rejected-on-chain",
  "settled-on-chain",
  /** `expire` ran, or the batch is None in a block at or past `validUntil`. */
  "expired-on-chain",
  "returned-on-chain",
  /** Facts contradict one another. */
  "contradicted",
] as const;

export type TransferFact = (typeof TRANSFER_FACTS)[number];

/**
 * The state graph. A fact that is not listed for a state does not change it: either it was known already
 * (`repeat`) or it contradicts what is known.
 */
const GRAPH: Record<TransferState, Partial<Record<TransferFact, TransferState>>> = {
  accepted: {
    refused: "rejected",
    "reserved-on-chain": "reserved",
    "expired-on-chain": "expired",
  },
  reserved: {
    "credited-by-payee": "credited",
    "held-by-payee": "held",
    "rejected-on-chain": "rejected",
    "settled-on-chain": "settled",
    "expired-on-chain": "expired",
    contradicted: "disputed",
  },
  credited: { "settled-on-chain": "settled", contradicted: "disputed" },
  held: {
    "credited-by-payee": "credited",
    "returned-on-chain": "returned",
    contradicted: "disputed",
  },
  settled: { "returned-on-chain": "returned" },
  rejected: {},
  expired: { contradicted: "disputed" },
  returned: {},
  disputed: {
    "settled-on-chain": "settled",
    "rejected-on-chain": "rejected",
    "expired-on-chain": "expired",
  },
};

/** Where a fact leads from a state, or undefined when the graph has no such edge. */
export function edgeFrom(state: TransferState, fact: TransferFact): TransferState | undefined {
  return GRAPH[state][fact];
}

/** Whether nothing but a linked case can follow. */
export function isTerminal(state: TransferState): boolean {
  const targets = Object.values(GRAPH[state]);
  return targets.every((target) => target === "disputed");
}

/** The states that a state leads to. */
export function statesAfter(state: TransferState): TransferState[] {
  return [...new Set(Object.values(GRAPH[state]))];
}

/**
 * The state after a fact: total over the graph's edges, and `transition` is thrown for everything else,
 * since any other step is a defect and must stop the work that would have stored it.
 */
export function transition(state: TransferState, fact: TransferFact): TransferState {
  const next = edgeFrom(state, fact);
  if (next === undefined) {
    throw new ProtocolError("transition", `a ${state} transfer cannot become ${fact}`, {
      remedy: "open a case: the facts contradict what is stored",
    });
  }
  return next;
}

/** The one state that a fact leads to, from wherever it may be met. */
export function targetOf(fact: TransferFact): TransferState {
  const targets = new Set(
    TRANSFER_STATES.flatMap((state) => {
      const target = edgeFrom(state, fact);
      return target === undefined ? [] : [target];
    }),
  );
  const [target] = targets;
  if (target === undefined || targets.size > 1) {
    throw new ProtocolError("transition", `${fact} leads to ${targets.size} states`);
  }
  return target;
}

/** The states in which a fact changes something. */
export function sourcesOf(fact: TransferFact): TransferState[] {
  return TRANSFER_STATES.filter((state) => edgeFrom(state, fact) !== undefined);
}
