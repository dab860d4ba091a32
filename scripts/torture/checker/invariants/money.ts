import type { Transfer } from "../../../../protocol/wire/relayer.ts";
import { compareBank, compareChain, compareWallet } from "../../../reconcile/compare-books.ts";
import {
  type Evidence,
  groupBy,
  type Invariant,
  isSettledOnChain,
  itemsOf,
  minorOf,
  type StatementItem,
} from "../evidence.ts";
import { sumsUnderWay } from "./requests.ts";

const absolute = (minor: bigint) => (minor < 0n ? -minor : minor);
const total = (items: readonly StatementItem[]) =>
  items.reduce((sum, { amount }) => sum + minorOf(amount), 0n);
const placeOf = ({ batchId, index }: { batchId: string; index: number }) => `${batchId} ${index}`;
/** Two clocks are compared: the chain's counts whole seconds. */
const CLOCK_SLACK_MS = 2_000;
/** A head is seen so much later than it is mined, at most, while the machine is busy. */
const SEEN_SLACK_MS = 1_000;

/** When a block was so deep that it counts, as it was seen. */
function countedAt({ history, depth }: Evidence, blockNumber: number): number | undefined {
  // Without a depth the block's own time says as much.
  if (depth === 0) return undefined;
  const seen = history.heads.find(({ number }) => number >= blockNumber + depth);
  return seen && seen.at - SEEN_SLACK_MS;
}

function assertBacked(evidence: Evidence, credit: StatementItem): string[] {
  const { uetr, batchId, index, bookedAt } = credit;
  const bookedMs = Date.parse(bookedAt);
  const debits = evidence.payer.filter((item) => item.kind === "payment" && item.uetr === uetr);
  const [reserved] = evidence.chain.batches.get(batchId)?.reserved ?? [];
  const found: string[] = [];
  if (!debits.some((debit) => Date.parse(debit.bookedAt) <= bookedMs)) {
    found.push(`${uetr} was credited, and nobody was debited before`);
  }
  if (reserved?.lines[index] === undefined) {
    found.push(`${uetr} was credited without a reservation on chain`);
  } else {
    const counts = countedAt(evidence, reserved.blockNumber) ?? 0;
    const mined = Number(reserved.timestamp) * 1_000 - CLOCK_SLACK_MS;
    if (bookedMs < Math.max(counts, mined)) found.push(`${uetr} was credited too early`);
  }
  return found;
}

/** I3: no credit without the sender's debit and a reservation at depth, both before it; no settlement without a credit. */
export const noCreditWithoutReservation: Invariant = (evidence) => {
  const credits = evidence.payee.filter(({ kind }) => kind === "credit");
  const places = new Set(credits.map(placeOf));
  const unpaid = evidence.transfers.filter(
    (transfer) => isSettledOnChain(evidence, transfer) && !places.has(placeOf(transfer)),
  );
  return [
    ...credits.flatMap((credit) => assertBacked(evidence, credit)),
    ...unpaid.map(({ uetr }) => `${uetr} was settled, and its recipient never credited`),
  ];
};

/** I4: at most one of each effect for a transfer, in every statement that is not the relayer's. */
export const atMostOneOfEach: Invariant = ({ payer, payee, chain, bank }) => {
  const effects = [
    ...payer.map((item) => `${item.kind} by the sending wallet of ${item.uetr}`),
    ...payee.map((item) => `${item.kind} by the receiving wallet of ${item.uetr}`),
    ...[...chain.batches].flatMap(([id, batch]) => [
      ...batch.reserved.map(() => `reservation of ${id}`),
      ...batch.settled.map(() => `settlement of ${id}`),
      ...batch.expired.map(() => `expiry of ${id}`),
      ...batch.returned.map(({ index }) => `return of ${id} ${index}`),
    ]),
    ...bank.flatMap((item) =>
      item.batchId === undefined || item.index === undefined
        ? []
        : [
            `${item.kind} by the bank of ${placeOf({ batchId: item.batchId, index: item.index })} at ${item.holder} ${item.currency}`,
          ],
    ),
  ];
  const counted = groupBy(effects, (effect) => effect);
  const back = groupBy(
    payer.filter(({ kind }) => kind !== "payment"),
    ({ uetr }) => uetr,
  );
  return [
    ...[...counted].flatMap(([effect, all]) =>
      all.length > 1 ? [`${all.length} times: ${effect}`] : [],
    ),
    ...[...back].flatMap(([uetr, all]) =>
      all.length > 1 ? [`${uetr} was given back ${all.length} times`] : [],
    ),
  ];
};

/** The rail's account, entry by entry: it holds what is reserved and never less than nothing. */
function prefixes({ journal }: Evidence): string[] {
  const held = new Map<string, bigint>();
  const found: string[] = [];
  for (const { debit, credit, amount, position } of journal) {
    const { currency } = amount;
    const change = (credit === "rail/held" ? 1n : 0n) - (debit === "rail/held" ? 1n : 0n);
    const now = (held.get(currency) ?? 0n) + change * minorOf(amount);
    held.set(currency, now);
    if (now < 0n) found.push(`the rail held ${now} ${currency} after entry ${position}`);
  }
  for (const [currency, minor] of held) {
    if (minor !== 0n) found.push(`the rail still holds ${minor} ${currency}`);
  }
  return found;
}

/**
 * I5: in each currency, what the senders paid less what they got back is what the chain settled less what it returned,
 * and what the recipients were credited less what was taken back is its other side. No prefix of the journal is short.
 */
export const moneyConserved: Invariant = (evidence) => {
  const { chain, payer, payee, totals, route } = evidence;
  let sent = 0n;
  let received = 0n;
  for (const { settled, returned } of chain.batches.values()) {
    for (const { send, receive } of settled) [sent, received] = [sent + send, received + receive];
    for (const { send, receive } of returned) [sent, received] = [sent - send, received - receive];
  }
  const equal = (what: string, seen: bigint, expected: bigint) =>
    seen === expected ? [] : [`${what}: ${seen}, and the chain says ${expected}`];
  return [
    ...equal(`paid through ${route.payer}`, total(payer), sent),
    ...equal(`credited by ${route.payee}`, -total(payee), received),
    ...Object.entries(totals).flatMap(([id, { sumMinor }]) =>
      equal(`${id}'s own books`, BigInt(sumMinor), 0n),
    ),
    ...prefixes(evidence),
    ...sumsUnderWay(evidence),
  ];
};

/** I10: journal against chain, wallets and bank, item by item; contract positions against the bank's ledger. */
export const booksReconciled: Invariant = (evidence) => {
  const { journal, payer, payee, bank, network, route, positions } = evidence;
  const items = [...evidence.chain.batches].flatMap(([batchId, { settled, returned }]) => [
    ...settled.map((e) => ({
      kind: "settle" as const,
      batchId,
      sendMinor: e.send,
      receiveMinor: e.receive,
    })),
    ...returned.map((e) => ({
      kind: "return" as const,
      batchId,
      sendMinor: e.send,
      receiveMinor: e.receive,
    })),
  ]);
  const comparisons = [
    compareChain(journal, items, [route]),
    compareWallet(journal, route.payer, [...payer], "payer"),
    compareWallet(journal, route.payee, [...payee], "payee"),
    compareBank(journal, bank, network),
  ];
  return [
    ...comparisons.flatMap(({ sides, breaks }) =>
      breaks.map(
        ({ key, currency, leftMinor, rightMinor }) =>
          `${sides}: ${key} is ${leftMinor} and ${rightMinor} ${currency}`,
      ),
    ),
    ...[...positions].flatMap(([account, { bank: booked, chain }]) =>
      booked === chain
        ? []
        : [`the position ${account} is ${booked} at the bank, ${chain} on chain`],
    ),
  ];
};

const inTimeline = ({ timeline }: Transfer, state: string) =>
  timeline.find((step) => step.state === state);

/** I13: what was released was not credited; what was returned had settled, in the same amounts. */
export const releaseAndReturnExclusive: Invariant = (evidence) => {
  const { chain, payee, transfers } = evidence;
  const credits = itemsOf(payee, "credit");
  return transfers.flatMap((transfer) => {
    const { uetr, batchId, index } = transfer;
    const batch = chain.batches.get(batchId);
    const found: string[] = [];
    const released = batch?.expired.length || batch?.rejected.some((each) => each.index === index);
    const credited = (credits.get(uetr) ?? []).some((item) => item.batchId === batchId);
    if (released && credited) found.push(`${uetr} was credited and released`);
    const returned = batch?.returned.find((each) => each.index === index);
    if (!returned) return found;
    const sendMinor = minorOf(transfer.sendAmount);
    const receiveMinor = absolute(minorOf(transfer.receiveAmount));
    if (returned.send !== sendMinor || returned.receive !== receiveMinor) {
      found.push(`${uetr} was returned in other amounts`);
    }
    if (!isSettledOnChain(evidence, transfer)) found.push(`${uetr} was returned and never settled`);
    if (!inTimeline(transfer, "settled") && !inTimeline(transfer, "held")) {
      found.push(`${uetr} was returned, and its history knows no settlement`);
    }
    return found;
  });
};
