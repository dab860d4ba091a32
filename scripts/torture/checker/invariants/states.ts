import {
  isTerminal,
  statesAfter,
  type TransferState,
} from "../../../../protocol/transfer-state.ts";
import type { Transfer } from "../../../../protocol/wire/relayer.ts";
import { type Evidence, groupBy, type Invariant, isSettledOnChain, itemsOf } from "../evidence.ts";
import type { ChainBatch } from "../read-chain.ts";

const SEEN_SLACK_MS = 1_000;
/** States in which the chain must hold a transfer, or have held it. */
const ON_CHAIN: readonly TransferState[] = ["reserved", "credited", "held", "settled", "returned"];

const stepOf = ({ timeline }: Transfer, state: TransferState) =>
  timeline.find((step) => step.state === state);

/** Whether the API told of a reservation before its block was as deep as the network wants it. */
function toldTooEarly(
  { history, depth }: Evidence,
  transfer: Transfer,
  batch: ChainBatch,
): boolean {
  const [reserved] = batch.reserved;
  const step = stepOf(transfer, "reserved");
  if (!reserved || !step || depth === 0) return false;
  const deep = history.heads.find(({ number }) => number >= reserved.blockNumber + depth);
  return deep !== undefined && Date.parse(step.at) < deep.at - SEEN_SLACK_MS;
}

/** What the chain has made of a transfer, or undefined while it holds it. */
function endOnChain(evidence: Evidence, transfer: Transfer, batch: ChainBatch) {
  const { index } = transfer;
  if (batch.returned.some((each) => each.index === index)) return "returned";
  if (isSettledOnChain(evidence, transfer)) return "settled";
  if (batch.rejected.some((each) => each.index === index)) return "rejected";
  return batch.expired.length > 0 ? "expired" : undefined;
}

function disagreements(evidence: Evidence, transfer: Transfer): string[] {
  const { uetr, batchId, index, state } = transfer;
  const batch = evidence.chain.batches.get(batchId);
  if (batch?.reserved[0]?.lines[index] === undefined) {
    const passed = transfer.timeline.some((step) => ON_CHAIN.includes(step.state));
    return passed ? [`${uetr} was ${state} and the chain has no reservation`] : [];
  }
  const end = endOnChain(evidence, transfer, batch);
  // Held money is settled between the wallets: its recipient's wallet still decides.
  const agrees = state === end || (state === "held" && end === "settled");
  const early = toldTooEarly(evidence, transfer, batch);
  return [
    ...(end !== undefined && !agrees ? [`${uetr} is ${state}, and ${end} on chain`] : []),
    ...(end === undefined && isTerminal(state)
      ? [`${uetr} is ${state}, and still reserved on chain`]
      : []),
    ...(early ? [`${uetr} was reserved before its depth`] : []),
  ];
}

/** I6: the API and the canonical chain agree on every transfer, and the chain has no batch that no transfer names. */
export const chainAndApiAgree: Invariant = (evidence) => {
  const { transfers, payments, chain } = evidence;
  const known = new Set([...transfers, ...payments].map(({ batchId }) => batchId as string));
  const own = new Set(transfers.map(({ batchId }) => batchId as string));
  const strange = [...chain.batches.keys()].filter((id) => !known.has(id));
  const unseen = [...chain.batches.keys()].filter((id) => known.has(id) && !own.has(id));
  return [
    ...transfers.flatMap((transfer) => disagreements(evidence, transfer)),
    ...strange.map((id) => `the chain has the batch ${id}, and nobody else`),
    ...unseen.map((id) => `the chain has the batch ${id}, and the relayer does not`),
  ];
};

/** States in which a transfer may rest for ever. Money under review waits for people at the receiving wallet. */
const RESTING: readonly TransferState[] = ["settled", "rejected", "expired", "returned", "held"];

/** I7: once the faults are over every transfer comes to its end in time, and nothing is halted or in doubt. */
export const boundedLiveness: Invariant = ({ transfers, payments, payee, halts, cases }) => [
  ...payee
    .filter(({ kind, uetr }) => {
      const transfer = transfers.find((each) => each.uetr === uetr);
      return kind === "return" && transfer?.state !== "returned";
    })
    .map(({ uetr }) => `${uetr} is still to be returned`),
  ...transfers
    .filter(({ state }) => !RESTING.includes(state))
    .map(({ uetr, state }) => `${uetr} is still ${state}`),
  ...payments
    .filter(({ closedAt }) => closedAt === undefined)
    .map(({ uetr, state }) => `the sending wallet still shows ${uetr} as ${state}`),
  ...halts.map(({ scope, reason }) => `${scope} is halted: ${reason}`),
  ...cases.map(({ kind, subject, facts }) => `a case: ${kind} ${subject} ${JSON.stringify(facts)}`),
];

/** I8: an end is an end. */
export const terminalIsTerminal: Invariant = ({ transfers }) =>
  transfers.flatMap(({ uetr, timeline }) =>
    timeline
      .slice(0, -1)
      .filter(({ state }, at) => isTerminal(state) && timeline[at + 1]?.state !== "disputed")
      .map(({ state }) => `${uetr} left ${state}`),
  );

function brokenSteps({ uetr, timeline, state, version }: Transfer): string[] {
  const found = timeline.flatMap((step, at) => {
    const before = timeline[at - 1];
    if (step.version !== at + 1) return [`${uetr} has a hole before version ${step.version}`];
    const from = before === undefined ? "accepted" : before.state;
    const legal =
      before === undefined ? step.state === from : statesAfter(from).includes(step.state);
    return legal ? [] : [`${uetr} went from ${from} to ${step.state}`];
  });
  const last = timeline.at(-1);
  const isLast = last?.state === state && last.version === version;
  return isLast
    ? found
    : [...found, `${uetr} is ${state} ${version}, and its history ends otherwise`];
}

/** I9: versions without a hole along the published graph; nobody is ever shown less than was shown before. */
export const monotonicStates: Invariant = ({ transfers, history }) => {
  const byUetr = groupBy(history.sightings, ({ uetr }) => uetr);
  const stepped = new Map(transfers.map((transfer) => [transfer.uetr as string, transfer]));
  const backwards = [...byUetr].flatMap(([uetr, sightings]) => {
    const found: string[] = [];
    let shown = { version: 0, at: 0 };
    for (const { askedAt, answeredAt, version, state } of sightings) {
      // Only what was asked after the earlier answer had come can contradict it.
      if (version < shown.version && askedAt > shown.at)
        found.push(`${uetr} was shown older again`);
      if (version > shown.version) shown = { version, at: answeredAt };
      const step = stepped.get(uetr)?.timeline[version - 1];
      if (step?.state !== state)
        found.push(`${uetr} was shown as ${state} ${version}, which it was not`);
    }
    return found;
  });
  return [...transfers.flatMap(brokenSteps), ...new Set(backwards)];
};

/** What was told of a release that the chain does not bear out. */
function falseReleases(transfer: Transfer, batch: ChainBatch | undefined): string[] {
  const { uetr, index } = transfer;
  const { reserved = [], rejected = [], settled = [], expired = [] } = batch ?? {};
  const told = (state: TransferState) => stepOf(transfer, state) !== undefined;
  const isRejected = rejected.some((each) => each.index === index);
  const claims: readonly (readonly [boolean, string])[] = [
    [
      told("rejected") && told("reserved") && !isRejected,
      "was told rejected, and the chain did not",
    ],
    [told("expired") && settled.length > 0, "was told expired and has settled"],
    [
      told("expired") && reserved.length > 0 && expired.length === 0,
      "was told expired while it was reserved",
    ],
  ];
  return claims.filter(([broken]) => broken).map(([, what]) => `${uetr} ${what}`);
}

/**
 * I17: nothing is called an end that is not known. `rejected` and `expired` after a reservation stand on chain,
 * `credited` in the receiving wallet's own statement, and whoever was credited is never told to have failed.
 */
export const unknownStaysUnknown: Invariant = (evidence) => {
  const credits = itemsOf(evidence.payee, "credit");
  return evidence.transfers.flatMap((transfer) => {
    const { uetr, batchId, state } = transfer;
    const credited = credits.has(uetr);
    const failed = ["rejected", "expired"].includes(state);
    return [
      ...(stepOf(transfer, "credited") && !credited
        ? [`${uetr} was told credited and was not`]
        : []),
      ...falseReleases(transfer, evidence.chain.batches.get(batchId)),
      ...(failed && credited ? [`${uetr} is ${state} and was credited`] : []),
    ];
  });
};
