import type { Attention } from "../services/read-attention.ts";
import { type Liquidity, PACE_MINUTES } from "../services/read-liquidity.ts";
import { showAmount, showCount, showDuration, showShort } from "./words.ts";

/** A form that can be sent from the item. */
export interface ItemAct {
  /** Below /console. */
  readonly path: string;
  readonly label: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly danger?: boolean;
}

/** One thing that needs somebody: what it is, why it is so, what to do. */
export interface AttentionItem {
  readonly level: "bad" | "caution";
  readonly title: string;
  readonly why: string;
  readonly nextAction: string;
  readonly since?: string;
  /** Where more of it is shown, below /console. */
  readonly more?: { readonly path: string; readonly label: string };
  readonly acts: readonly ItemAct[];
}

const WAITS_FOR: Readonly<Record<string, string>> = {
  reserve: "to be packed into a chain transaction",
  reserving: "for the chain to show the reservation",
  settle: "to be packed for settlement",
  settling: "for the chain to show the settlement",
  expire: "to be released on chain",
  expiring: "for the chain to show the release",
};

const NEXT_ACTIONS: Readonly<Record<string, string>> = {
  reserve: "Look at halts, at the key's gas and at the node: nothing is sent.",
  reserving:
    "Look at the node and at the base fee: nothing is mined. Fees are raised by themselves.",
  credit:
    "Call the payee. Pause it if it stays so; the chain gives the money back at the deadline.",
  settle:
    "Look at halts, at the key's gas and at the node. The payee settles for itself meanwhile.",
  settling: "Look at the node and at the base fee. The payee settles for itself meanwhile.",
};

const CHAIN_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  still: [
    "The chain stands still",
    "No block for a minute. Money deadlines run on the chain's clock and stand still with it: nothing is lost.",
  ],
  behind: ["We are behind the chain", "Final blocks wait to be followed."],
  unreachable: [
    "The node cannot be asked",
    "Orders are taken and wait in the queue; nothing is lost.",
  ],
};

function chainItems({ chain }: Attention): AttentionItem[] {
  const [title, why] = CHAIN_WORDS[chain.state] ?? [];
  if (title === undefined || why === undefined) return [];
  const nextAction = "Check the node, compare it with a second one, use another if need be.";
  return [
    {
      level: "bad",
      title,
      why,
      nextAction,
      acts: [],
      ...(chain.newestAt && { since: chain.newestAt }),
    },
  ];
}

const haltItems = ({ halts }: Attention): AttentionItem[] =>
  halts.map(({ scope, reason, since }) => ({
    level: scope === "reservations" || scope.startsWith("lane:") ? "bad" : "caution",
    title:
      scope === "reservations" ? "New transfers are refused" : `Halted: ${scope.replace(":", " ")}`,
    why: reason,
    nextAction: "Lift it once its cause is gone. What was accepted before goes on in any case.",
    since: since.toISOString(),
    acts: [{ path: "/halts/lift", label: "Lift the halt", fields: { scope } }],
  }));

const caseItems = ({ cases }: Attention): AttentionItem[] =>
  cases.map(({ id, kind, subject, next_action, opened_at }) => ({
    level: "bad",
    title: `Case: ${kind.replaceAll("-", " ")}`,
    why: `About ${showShort(subject)}. Two sides contradict one another, and people must decide.`,
    nextAction: next_action,
    since: opened_at.toISOString(),
    more: { path: `/cases/${id}`, label: "The facts" },
    acts: [{ path: `/cases/${id}/resolve`, label: "Resolve", danger: true }],
  }));

type Overdue = Attention["overdue"][number];

/** Several that wait for one thing are tried again together; a single one can be parked as well. */
function actsFor({ batches, batch_id, corridor_id, stage, parked }: Overdue): ItemAct[] {
  if (batches > 1) {
    const fields = { corridor: corridor_id, stage };
    return [{ path: "/batches/retry-overdue", label: "Try them all again now", fields }];
  }
  const retry = { path: `/batches/${batch_id}/retry`, label: "Try again now" };
  const park = { path: `/batches/${batch_id}/park`, label: "Park", danger: true };
  return parked ? [retry] : [retry, park];
}

function overdueItem(overdue: Overdue): AttentionItem {
  const { participant_id: payer, corridor_id, stage, parked, attempts, last_error } = overdue;
  const payee = corridor_id.split(":")[2] ?? "the payee";
  const waits = stage === "credit" ? `for ${payee}'s signed answer` : (WAITS_FOR[stage] ?? stage);
  const tried = attempts > 1 ? `, tried ${attempts} times` : "";
  const error = last_error === null ? "" : ` Last heard: ${last_error.replaceAll("-", " ")}.`;
  const many = overdue.batches > 1;
  const query = new URLSearchParams(
    many
      ? { participant: payer, to: new Date().toISOString().slice(0, 19) }
      : { q: overdue.batch_id },
  );
  return {
    level: parked ? "caution" : "bad",
    title: `${showCount(overdue.transfers, "transfer")} of ${payer} ${parked ? "parked" : "overdue"}`,
    why: `${many ? `${overdue.batches} batches wait` : "The batch waits"} ${waits}${tried}.${error}`,
    nextAction: parked
      ? "Try again once the cause is gone; the chain gives the money back at the deadline otherwise."
      : (NEXT_ACTIONS[stage] ?? "Nothing is lost: the chain gives the money back at the deadline."),
    since: overdue.oldest.toISOString(),
    more: { path: `/transfers?${query}`, label: many ? "The payer's transfers" : "Its transfers" },
    acts: actsFor(overdue),
  };
}

function webhookItem(backlog: Attention["backlogs"][number]): AttentionItem {
  const { participant_id, endpoint_id, url, dead, pending, failing, oldest } = backlog;
  const disabled = backlog.state === "disabled" ? ` Disabled: ${backlog.disabled_reason}.` : "";
  return {
    level: dead > 0 ? "bad" : "caution",
    title: `Webhooks of ${participant_id} do not arrive`,
    why: `${new URL(url).host}: ${dead} given up, ${pending} waiting, ${failing} of them failing.${disabled}`,
    nextAction:
      "Tell the wallet that its receiver is down; everything can be read by the API meanwhile.",
    ...(oldest && { since: oldest.toISOString() }),
    acts:
      dead > 0
        ? [
            {
              path: `/webhooks/${participant_id}/${endpoint_id}/redeliver-dead`,
              label: "Send the dead ones again",
            },
          ]
        : [],
  };
}

function positionItem(low: Liquidity): AttentionItem {
  const { participant, currency, position, runwaySeconds, largest } = low;
  const pace =
    runwaySeconds === undefined
      ? `It would not pay for the largest transfer, ${largest ? showAmount(largest) : ""}.`
      : `At the pace of the last ${PACE_MINUTES} minutes it lasts ${showDuration(runwaySeconds)}.`;
  return {
    level: "caution",
    title: `${participant} is low on ${currency}`,
    why: `${showAmount(position)} left. ${pace}`,
    nextAction: `Tell ${participant} to fund its position; transfers that it cannot pay for are not reserved.`,
    more: { path: "/positions", label: "Positions" },
    acts: [],
  };
}

function restItems({ differingCycle, lanes, outbox }: Attention): AttentionItem[] {
  const items: AttentionItem[] = lanes.map(({ lane, in_flight, oldest_seconds }) => ({
    level: "caution",
    title: `${showCount(in_flight, "chain transaction")} not mined`,
    why: `The oldest of key ${showShort(lane)} was signed ${showDuration(oldest_seconds)} ago.`,
    nextAction: "Fees are raised by themselves; look at the base fee and at the key's gas.",
    more: { path: "/performance", label: "Queues and lanes" },
    acts: [],
  }));
  if (differingCycle !== undefined) {
    items.push({
      level: "bad",
      title: "The bank's ledger differs from the cycle",
      why: "The bank compared the last cycle's movements with its own books, and they do not agree.",
      nextAction: "Compare them item by item: npm run reconcile names each difference.",
      more: { path: "/cycles", label: "The differences" },
      acts: [],
    });
  }
  if (outbox !== undefined) {
    items.push({
      level: "caution",
      title: "The audit log is behind",
      why: `${showCount(outbox, "entry", "entries")} wait to be written. Nothing is lost.`,
      nextAction: "The database is slow or full.",
      acts: [],
    });
  }
  return items;
}

/** Everything that needs somebody, in words; what stops the rail first, and of those the oldest. */
export function toItems(attention: Attention): AttentionItem[] {
  const items = [
    ...chainItems(attention),
    ...caseItems(attention),
    ...haltItems(attention),
    ...attention.overdue.map(overdueItem),
    ...attention.backlogs.map(webhookItem),
    ...attention.low.map(positionItem),
    ...restItems(attention),
  ];
  return items.sort((a, b) => Number(b.level === "bad") - Number(a.level === "bad"));
}
