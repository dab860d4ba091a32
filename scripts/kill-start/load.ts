import { randomUUID } from "node:crypto";
import { callChain } from "../../server/local/chain-clock.ts";
import { WalletAppProblem } from "../../server/local/wallet-app.ts";
import type { FoundCorridor } from "../send/find-corridor.ts";

/** A sender with one recipient. */
export interface Pair {
  readonly sender: { readonly phone: string; readonly name: string };
  readonly recipient: { readonly phone: string; readonly name: string };
}

/** One order of an app: unanswered, answered with the payment's UETR, or refused. */
export interface Order {
  readonly requestId: string;
  readonly pair: Pair;
  uetr?: string;
  refusal?: string;
}

/** What has been seen before a kill, and must be seen again after it. */
export interface Seen {
  readonly orders: Order[];
  /** Block hashes by number. */
  readonly blocks: Map<number, string>;
}

/** What each sender has to begin with, in minor units. */
export const OPENING_BALANCE = 100_000_000n;
const AMOUNT = { value: "100.00", currency: "HKD" };
const LOOK_MS = 25;

/** Opens the accounts of so many pairs. */
export async function openPairs(found: FoundCorridor, count: number): Promise<Pair[]> {
  const pairs = Array.from({ length: count }, (_, index): Pair => {
    const digits = String(index).padStart(6, "0");
    return {
      sender: { phone: `+85261${digits}`, name: `Wong Ka Yan ${index}` },
      recipient: { phone: `+63918${digits}1`, name: `Jose Rizal Reyes ${index}` },
    };
  });
  const balance = { value: `${OPENING_BALANCE / 100n}.00`, currency: "HKD" };
  for (const { sender, recipient } of pairs) {
    await found.sending.openAccount({ ...sender, balance });
    await found.receiving.openAccount(recipient);
  }
  return pairs;
}

/** Sends an order, new or again, and notes what it is answered. No answer leaves it as it was. */
export async function place(found: FoundCorridor, order: Order): Promise<void> {
  const { requestId, pair } = order;
  try {
    const { uetr } = await found.sending.pay({
      requestId,
      senderPhone: pair.sender.phone,
      corridor: found.corridor.id,
      fixedSide: "send",
      amount: AMOUNT,
      recipient: pair.recipient,
    });
    order.uetr = uetr;
  } catch (error) {
    if (error instanceof WalletAppProblem) order.refusal = error.problem.code;
  }
}

/** Each pair's sender pays as fast as the app answers, until told to stop. */
export async function payUntil(
  found: FoundCorridor,
  pairs: readonly Pair[],
  seen: Seen,
  stop: AbortSignal,
): Promise<void> {
  const payer = async (pair: Pair) => {
    while (!stop.aborted) {
      const order: Order = { requestId: randomUUID(), pair };
      seen.orders.push(order);
      await place(found, order);
    }
  };
  await Promise.all(pairs.map(payer));
}

interface Head {
  readonly number: string;
  readonly hash: string;
}

/** The hash that the chain has for a block now. */
export async function hashOf(rpcUrl: string, tag: string): Promise<Head | null> {
  return (await callChain(rpcUrl, "eth_getBlockByNumber", [tag, false])) as Head | null;
}

/** Notes every block that the chain has now. */
export async function noteBlocks(rpcUrl: string, seen: Seen): Promise<void> {
  const newest = Number((await hashOf(rpcUrl, "latest"))?.number ?? 0);
  for (let number = 0; number <= newest; number++) {
    if (seen.blocks.has(number)) continue;
    const block = await hashOf(rpcUrl, `0x${number.toString(16)}`);
    if (block) seen.blocks.set(number, block.hash);
  }
}

/** Notes the newest block again and again, until told to stop. */
export async function watchBlocks(rpcUrl: string, seen: Seen, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const head = await hashOf(rpcUrl, "latest").catch(() => null);
    if (head) seen.blocks.set(Number(head.number), head.hash);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
