import { randomUUID } from "node:crypto";
import { unpackRejections } from "../../../protocol/rejections.ts";
import type { Transfer } from "../../../protocol/wire/relayer.ts";
import { verifyOutcome } from "../../../sdk/verify/verify-outcome.ts";
import type { DirectOrder, DirectPayer } from "../../../server/local/direct-payer.ts";
import type { Bench } from "../bench.ts";

/** An order that is quoted and signed: it only has to be sent. */
export interface PreparedOrder {
  /** Sends it and waits for its outcome; answers all of its transfers as the relayer shows them then. */
  send(): Promise<readonly Transfer[]>;
}

/** A way for transfers to go: each in its own order, or many in one. */
export interface LoadPath {
  readonly name: "single" | "batch";
  /** Transfers of one order. */
  readonly size: number;
  prepare(index: number): Promise<PreparedOrder>;
}

const WAIT_SECONDS = 30;
const AMOUNT = { value: "100.00", currency: "HKD" };

function orderOf({ people }: Bench, index: number): DirectOrder {
  const pair = people[index % people.length];
  if (!pair) throw new Error("there are no people");
  return { ...pair, amount: AMOUNT };
}

function payerOf({ payers, payer }: Bench, index: number): DirectPayer {
  return payers[index % payers.length] ?? payer;
}

/** One transfer with its own signature. */
export function singlePath(bench: Bench): LoadPath {
  return {
    name: "single",
    size: 1,
    async prepare(index) {
      const payer = payerOf(bench, index);
      const order = orderOf(bench, index);
      const quote = await payer.quote(order);
      const signed = await payer.sign(quote, payer.detailsFor(order, quote));
      const sent = { idempotencyKey: signed.details.uetr, waitSeconds: WAIT_SECONDS };
      return { send: async () => [await payer.relayer.sendTransfer(signed, sent)] };
    },
  };
}

/** Many transfers under one signature. */
export function batchPath(bench: Bench, size: number): LoadPath {
  return {
    name: "batch",
    size,
    async prepare(index) {
      const payer = payerOf(bench, index);
      const orders = Array.from({ length: size }, (_, position) =>
        orderOf(bench, index * size + position),
      );
      const results = await payer.relayer.batchQuotes(
        orders.map(({ sender, recipient, amount }) => ({
          corridor: payer.corridor.id,
          fixedSide: "send",
          amount,
          debtor: { name: sender.name },
          creditor: { account: { type: "mobile", value: recipient.phone } },
        })),
      );
      const items = orders.map((order, position) => {
        const result = results[position];
        if (!result || "refusal" in result) throw result?.refusal ?? new Error("no quote");
        return { quote: result.quote, details: payer.detailsFor(order, result.quote) };
      });
      const signed = await payer.signMany(items);
      const sent = { idempotencyKey: randomUUID(), waitSeconds: WAIT_SECONDS };
      return { send: () => payer.relayer.sendBatch(signed, sent) };
    },
  };
}

/**
 * How many transfers of an order the wallet knows to be credited: it holds the payee's valid signature over an outcome
 * that does not reject them. The transfers of one batch share one outcome, and its signature is checked once.
 */
export function countProven(bench: Bench, transfers: readonly Transfer[]): number {
  const [first] = transfers;
  if (!first?.outcome) return 0;
  const { rejections, signature } = first.outcome;
  const { network, plan } = bench.corridor;
  const payee = plan.wallets.find(
    ({ participant }) => participant.id === bench.payer.corridor.payee,
  );
  verifyOutcome(
    { chainId: network.chainId, corridor: network.corridor },
    {
      batchId: first.batchId,
      index: first.index,
      rejections,
      signature,
      payeeSigner: payee?.keys.signer.address as never,
    },
  );
  const rejected = new Set(unpackRejections(rejections).map(({ index }) => index));
  return transfers.filter(
    ({ batchId, index, outcome }) =>
      batchId === first.batchId &&
      outcome?.rejections === rejections &&
      outcome.signature === signature &&
      !rejected.has(index),
  ).length;
}
