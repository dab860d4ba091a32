import { advanceChainTime } from "../../server/local/chain-clock.ts";
import {
  type Bench,
  type Case,
  credited,
  demandCredits,
  demandStatus,
  orderFor,
  toOpenAccount,
} from "./bench.ts";
import { makeOrder, type Order, reserve } from "./orders.ts";
import { demandRefusal } from "./wallet-under-test.ts";

/** Nothing is signed and nothing is credited. */
async function demandNothing(bench: Bench, order: Order, what: string): Promise<void> {
  demandRefusal(await bench.wallet.credit(order), what);
  await demandCredits(bench, order, 0);
}

const forged: Case = {
  name: "forged reservation",
  demands: "an order that bank and payer have signed and the chain does not hold is refused",
  async run(bench) {
    const order = await makeOrder(bench.rail, toOpenAccount(bench));
    await demandNothing(bench, order, "an order that is not reserved");
  },
};

const lookAlike: Case = {
  name: "look-alike corridor",
  demands: "an order that is reserved on another contract of the same chain is refused",
  async run(bench) {
    const { lookAlike: network } = bench.rail;
    const order = await makeOrder(bench.rail, toOpenAccount(bench, { network }));
    await reserve(bench.rail, order);
    await demandNothing(bench, order, "an order on another contract");
  },
};

const otherChain: Case = {
  name: "other chain",
  demands: "an order that is signed for another chain is refused",
  async run(bench) {
    const order = await makeOrder(bench.rail, toOpenAccount(bench, { chainId: 1n }));
    await demandNothing(bench, order, "an order for another chain");
  },
};

const aboveLeaf: Case = {
  name: "details above the leaf",
  demands:
    "details that state more than the chain holds are rejected (AM09), and nothing is credited",
  async run(bench) {
    const currency = bench.rail.corridor.receiveCurrency;
    const right = await makeOrder(bench.rail, toOpenAccount(bench));
    const { value } = right.instruction.items[0]?.details.creditedAmount ?? { value: "1" };
    const details = { creditedAmount: { value: `9${value}`, currency } };
    const order = await orderFor(bench, { details });
    demandStatus(await credited(bench, order), "AM09");
    await demandCredits(bench, order, 0);
  },
};

const ELSEWHERE = "+639170000009";

/** An instruction whose one item is changed after it was signed for. */
function bent(order: Order, change: object): Order {
  const { instruction } = order;
  const items = instruction.items.map((item) => ({ ...item, ...change }));
  return { ...order, instruction: { ...instruction, items } };
}

const wrongCommitment: Case = {
  name: "wrong commitment",
  demands: "details, salt or amounts that are not what the payer committed to are refused",
  async run(bench) {
    const order = await orderFor(bench);
    const [item] = order.instruction.items;
    if (!item) throw new Error("an order has an item");
    const { details, receiveMinor } = item;
    const account = { type: "mobile" as const, value: ELSEWHERE };
    const changes = {
      "another salt": { salt: `0x${"5a".repeat(32)}` },
      "another recipient": { details: { ...details, creditor: { ...details.creditor, account } } },
      "a higher amount": { receiveMinor: `${BigInt(receiveMinor) + 1n}` },
    };
    for (const [what, change] of Object.entries(changes)) {
      await demandNothing(bench, bent(order, change), `an order with ${what}`);
    }
    demandStatus(await credited(bench, order), "ACCC");
    await demandCredits(bench, order, 1);
  },
};

/** More than the least hold of the deployment (30 s), and what is left of it in the end. */
const HOLD_SECONDS = 120;
const LEFT_SECONDS = 8;

const insideMargin: Case = {
  name: "inside the settle margin",
  demands: "an order with too little of its hold left to settle in is refused",
  async run(bench) {
    const order = await orderFor(bench, { holdSeconds: HOLD_SECONDS });
    await advanceChainTime(bench.rail.rpcUrl, HOLD_SECONDS - LEFT_SECONDS);
    await demandNothing(bench, order, `an order with ${LEFT_SECONDS} s of its hold left`);
  },
};

/** What a relayer, a payer or an impostor may try. */
export const HOSTILE_CASES: readonly Case[] = [
  forged,
  lookAlike,
  otherChain,
  aboveLeaf,
  wrongCommitment,
  insideMargin,
];
