import type { Exchange } from "../../history.ts";
import { type Evidence, groupBy, type Invariant } from "../evidence.ts";

interface Accepted {
  readonly uetr: string;
  readonly batchId: string;
  readonly sendAmount: { readonly value: string };
  readonly receiveAmount: { readonly value: string };
}

const isOrder = ({ method, path }: Exchange) => method === "POST" && path === "/v1/transfers";
const isTaken = ({ status = 0 }: Exchange) => status >= 200 && status < 300;
const accepted = (exchange: Exchange) => exchange.answer as Accepted;
/** What no repetition of an order may change. */
const essence = ({ uetr, batchId, sendAmount, receiveAmount }: Accepted) =>
  [uetr, batchId, sendAmount.value, receiveAmount.value].join(" ");

/** I1: every order that a relayer has taken (200 or 202 on the wire) is found by its id, with the same contents. */
export const noAcceptedRequestLost: Invariant = ({ history, transfers, payments }) => {
  const known = new Map(transfers.map((transfer) => [transfer.uetr as string, transfer]));
  const lost = history.exchanges
    .filter(isOrder)
    .filter(isTaken)
    .flatMap((exchange) => {
      const told = accepted(exchange);
      const now = known.get(told.uetr);
      if (now === undefined) return [`${told.uetr} was taken and is gone`];
      return essence(now) === essence(told) ? [] : [`${told.uetr} was taken as something else`];
    });
  const shown = new Map(payments.map((payment) => [payment.requestId, payment]));
  const forgotten = history.orders.flatMap(({ requestId, answers }) =>
    answers.some(({ uetr }) => uetr !== undefined && shown.get(requestId)?.uetr !== uetr)
      ? [`the app's order ${requestId} was answered, and the wallet shows another payment or none`]
      : [],
  );
  return [...new Set([...lost, ...forgotten])];
};

/** Answers to one key: all the same, and no refusal of what had been taken before. */
function contradictionsUnder(key: string, exchanges: readonly Exchange[]): string[] {
  const taken = exchanges.filter(isTaken);
  const [first] = taken.toSorted((a, b) => a.answeredAt - b.answeredAt);
  if (first === undefined) return [];
  const others = new Set(taken.map((exchange) => essence(accepted(exchange))));
  const refused = exchanges.filter(
    ({ sentAt, status = 0 }) =>
      sentAt > first.answeredAt && status >= 400 && status < 500 && status !== 429,
  );
  return [
    ...(others.size > 1 ? [`the key ${key} has ${others.size} different answers`] : []),
    ...refused.map(({ status }) => `the key ${key} was taken, and then refused with ${status}`),
  ];
}

/** I2: one key, one transfer, one answer for ever; one order of an app, one payment. */
export const oneRequestOneTransfer: Invariant = ({ history, transfers, payments }) => {
  const byKey = groupBy(history.exchanges.filter(isOrder), ({ idempotencyKey }) => idempotencyKey);
  const keys = [...byKey].flatMap(([key, exchanges]) => contradictionsUnder(key, exchanges));
  const twice = (name: string, groups: Map<string, unknown[]>) =>
    [...groups].flatMap(([key, all]) =>
      all.length > 1 ? [`${name} ${key} stands ${all.length} times`] : [],
    );
  const answers = history.orders.flatMap((order) => {
    const uetrs = new Set(order.answers.flatMap(({ uetr }) => uetr ?? []));
    return uetrs.size > 1 ? [`the order ${order.requestId} became ${uetrs.size} payments`] : [];
  });
  return [
    ...keys,
    ...answers,
    ...twice(
      "the transfer",
      groupBy(transfers, ({ uetr }) => uetr),
    ),
    ...twice(
      "the app's order",
      groupBy(payments, ({ requestId }) => requestId),
    ),
  ];
};

/** I18: another wallet learns nothing of a transfer: the answer is the one for what does not exist. */
export const tenantsIsolated: Invariant = ({ isolation, transfers }) => {
  const { foreign, missing, readable } = isolation;
  const same = foreign.status === missing.status && foreign.code === missing.code;
  const text = readable.join("\n");
  const seen = transfers.filter(
    ({ uetr, batchId }) => text.includes(uetr) || text.includes(batchId),
  );
  return [
    ...(same && missing.status === 404
      ? []
      : ["a foreign transfer is answered unlike a missing one"]),
    ...seen.map(({ uetr }) => `another wallet can read of ${uetr}`),
  ];
};

const SCREENED = new Set(["screening-hit", "payee-unavailable"]);

/**
 * I19: somebody on a sanctions list gets no quote now, and no order that named one has moved money. (That each pass
 * names its list's version is not public.)
 */
export const screenedBeforeMoney: Invariant = ({ screening, history, payments }) => {
  const asked = screening.status >= 400 && SCREENED.has(screening.code ?? "");
  const paid = new Set(payments.map(({ requestId }) => requestId));
  const moved = history.orders.filter(
    ({ sanctioned, requestId }) => sanctioned === true && paid.has(requestId),
  );
  return [
    ...(asked ? [] : [`a listed name was answered ${screening.status} ${screening.code ?? ""}`]),
    ...moved.map(({ requestId }) => `the order ${requestId} names a listed person and was paid`),
  ];
};

/** I5, the part that was read under way: whatever is nil must be nil at every moment. */
export function sumsUnderWay({ history }: Evidence): string[] {
  return history.sums
    .filter(({ minor }) => minor !== 0n)
    .map(({ of, minor, at }) => `${of} added up to ${minor} at ${new Date(at).toISOString()}`);
}
