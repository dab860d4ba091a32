import { randomUUID } from "node:crypto";
import { WalletAppProblem } from "../../../server/local/wallet-app.ts";
import type { Field } from "../field/start-field.ts";
import type { Order } from "../history.ts";
import type { People, Person } from "./people.ts";

/** What a load is made of. Each a share of all orders, 0 to 1. */
export interface Mix {
  /** Sent several times at once, as a nervous user does. */
  readonly repeated: number;
  readonly fixedReceive: number;
  /** To accounts that turn out to be closed, or under review. */
  readonly unpayable: number;
  readonly sanctioned: number;
  /** Settled ones that are called back. */
  readonly recalled: number;
}

export const USUAL_MIX: Mix = {
  repeated: 0.08,
  fixedReceive: 0.25,
  unpayable: 0.08,
  sanctioned: 0.01,
  recalled: 0.04,
};

const PAUSE_MS = 150;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function pickAmount(random: () => number, fixedSide: "send" | "receive"): Order["amount"] {
  const minor = 100_00 + Math.floor(random() * 900_00);
  const value = `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
  return { value, currency: fixedSide === "send" ? "HKD" : "PHP" };
}

/** An order drawn from a mix. */
export function drawOrder(people: People, sender: Person, mix: Mix, random: () => number): Order {
  const fixedSide = random() < mix.fixedReceive ? "receive" : "send";
  const sanctioned = random() < mix.sanctioned;
  const payable = random() >= mix.unpayable;
  const candidates = people.recipients.filter(({ kind }) => (kind === "open") === payable);
  const drawn = candidates[Math.floor(random() * candidates.length)] ?? people.sanctioned;
  const { phone, name } = sanctioned ? people.sanctioned : drawn;
  return {
    requestId: randomUUID(),
    sender,
    recipient: { phone, name },
    fixedSide,
    amount: pickAmount(random, fixedSide),
    answers: [],
    ...(sanctioned && { sanctioned }),
  };
}

/** Refusals after which the same order may be sent again. */
const isFinal = (error: WalletAppProblem) => !error.problem.retryable;

/** Sends an order, new or again, and notes what it is answered. No answer notes nothing. */
export async function place({ sending, route }: Field, order: Order): Promise<void> {
  const { requestId, sender, recipient, fixedSide, amount } = order;
  try {
    const { uetr } = await sending.pay({
      requestId,
      senderPhone: sender.phone,
      corridor: route.id,
      fixedSide,
      amount,
      recipient,
    });
    order.answers.push({ at: Date.now(), uetr });
  } catch (error) {
    if (!(error instanceof WalletAppProblem) || !isFinal(error)) return;
    order.answers.push({ at: Date.now(), refusal: error.problem.code });
  }
}

export interface Load {
  readonly people: People;
  readonly mix: Mix;
  readonly random: () => number;
}

async function payOnce(field: Field, load: Load, sender: Person): Promise<void> {
  const { people, mix, random } = load;
  const order = drawOrder(people, sender, mix, random);
  field.history.orders.push(order);
  const times = random() < mix.repeated ? 3 : 1;
  await Promise.all(Array.from({ length: times }, () => place(field, order)));
  const uetr = order.answers.find((answer) => answer.uetr !== undefined)?.uetr;
  if (uetr !== undefined && random() < mix.recalled) {
    await sleep(PAUSE_MS);
    await field.sending.recall(uetr).catch(() => undefined);
  }
}

/** Every sender pays, one order after the other, until told to stop. */
export async function payUntil(field: Field, load: Load, stop: AbortSignal): Promise<void> {
  const payer = async (sender: Person) => {
    while (!stop.aborted) {
      await payOnce(field, load, sender);
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(load.people.senders.map(payer));
}

/** Sends every order again that was never answered, as an app does. Answers how many are still unanswered. */
export async function repeatUnanswered(field: Field, orders: readonly Order[]): Promise<number> {
  const open = orders.filter(({ answers }) => answers.length === 0);
  await Promise.all(open.map((order) => place(field, order)));
  return open.filter(({ answers }) => answers.length === 0).length;
}
