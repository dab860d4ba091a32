import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../wait-for.ts";
import { type ShownPayment, WalletAppProblem } from "../wallet-app.ts";
import { type Look, type Scene, type Trouble, troubleOf } from "./bad-days.ts";
import {
  type Balances,
  type Day,
  type RunEnd,
  type RunEvent,
  STEPS,
  type Step,
  type ToldName,
} from "./run-events.ts";
import type { Stage } from "./stage.ts";

/** What the sender has confirmed on the phone. */
export interface ConfirmedOrder {
  readonly priceId: string;
  readonly fixedSide: "send" | "receive";
  readonly amount: { readonly value: string; readonly currency: string };
  readonly day: Day;
}

const LOOK_MS = 60;
/** Longer than any quote and its hold together. */
const PATIENCE_MS = 300_000;

const ENDS = ["settled", "rejected", "expired"] as const;
const isEnd = (state: string): state is RunEnd["state"] =>
  (ENDS as readonly string[]).includes(state);

function openScene(
  stage: Stage,
  hurry: AbortSignal,
  tell: (event: RunEvent) => void,
): Scene & { readonly said: ReadonlySet<ToldName> } {
  const began = performance.now();
  const said = new Set<ToldName>();
  const elapsedMs = () => performance.now() - began;
  return {
    stage,
    elapsedMs,
    hurry,
    tell,
    said,
    say(name, values = {}) {
      if (said.has(name)) return;
      said.add(name);
      tell({ kind: "told", name, atMs: elapsedMs(), values });
    },
  };
}

/** What has come of a request, as soon as the wallet has stored it. @throws the wallet's refusal. */
async function untilStored(stage: Stage, requestId: string, paying: Promise<ShownPayment>) {
  let refusal: unknown;
  paying.catch((error: unknown) => {
    refusal = error;
  });
  for (;;) {
    try {
      return await stage.sending.paymentOf(requestId);
    } catch (error) {
      if (!(error instanceof WalletAppProblem) || error.problem.code !== "not-found") throw error;
      if (refusal !== undefined) throw refusal;
    }
    await sleep(LOOK_MS / 4);
  }
}

async function look(stage: Stage, uetr: string): Promise<Look> {
  const [payment, transfer] = await Promise.all([
    stage.sending.payment(uetr),
    // While the relayer is away nobody is told anything, and nothing needs it.
    stage.relayer.transfer(uetr).catch(() => undefined),
  ]);
  return { payment, transfer };
}

/** Tells of the steps that have been taken since the last look. */
function tellSteps(scene: Scene, { transfer }: Look, told: Set<Step>): void {
  for (const { state, elapsedMs } of transfer?.timeline ?? []) {
    const step = STEPS.find((each) => each === state);
    if (step === undefined || told.has(step)) continue;
    told.add(step);
    scene.tell({ kind: "step", step, ms: elapsedMs });
    if (step === "accepted") continue;
    scene.say(step);
    scene.tell({ kind: "place", place: step === "reserved" ? "held" : "recipient" });
  }
}

/** The sending wallet asks for the payee's signature until it has it, also when the chain has been faster. */
const PROOF_PATIENCE_MS = 10_000;

async function untilProven({ sending }: Stage, ended: ShownPayment): Promise<ShownPayment> {
  if (ended.state !== "settled") return ended;
  return waitFor(
    () => sending.payment(ended.uetr),
    ({ confirmationMs }) => confirmationMs !== undefined,
    PROOF_PATIENCE_MS,
  );
}

/** Follows a payment until both the sending wallet and the relayer know its end. */
async function follow(scene: Scene, trouble: Trouble, uetr: string): Promise<ShownPayment> {
  const told = new Set<Step>();
  let credited = false;
  while (scene.elapsedMs() < PATIENCE_MS) {
    const seen = await look(scene.stage, uetr);
    const { payment, transfer } = seen;
    tellSteps(scene, seen, told);
    if (!credited && told.has("credited")) {
      credited = true;
      scene.tell({ kind: "balances", balances: await scene.stage.balances() });
    }
    if (isEnd(payment.state) && transfer?.state === payment.state) return payment;
    await trouble.play?.(scene, seen);
    await sleep(LOOK_MS);
  }
  throw new Error("the payment has not ended in time");
}

function tellEnd(scene: Scene, payment: ShownPayment): void {
  if (payment.state === "settled") return;
  scene.say(payment.state === "rejected" ? "refused" : "released", {
    reason: payment.reason ?? "",
  });
  scene.tell({ kind: "place", place: "sender" });
  scene.say("refunded");
}

function endOf(payment: ShownPayment, before: Balances, after: Balances): RunEvent {
  const { state, reason, uetr, receiveAmount, confirmationMs } = payment;
  if (!isEnd(state)) throw new Error(`a payment that is ${state} has not ended`);
  return {
    kind: "ended",
    state,
    ...(reason !== undefined && { reason }),
    uetr,
    receiveAmount,
    before,
    after,
    ...(confirmationMs !== undefined && { confirmationMs }),
  };
}

/**
 * Pays what was confirmed, on a good day or a bad one, and tells of it as it happens. Whatever goes wrong, the day's trouble
 * is undone; the payment's end is the chain's, as always.
 */
export async function runPayment(
  stage: Stage,
  { day, ...order }: ConfirmedOrder,
  { hurry, tell }: { readonly hurry: AbortSignal; readonly tell: (event: RunEvent) => void },
): Promise<void> {
  const trouble = troubleOf(day);
  const scene = openScene(stage, hurry, tell);
  const before = await stage.balances();
  tell({ kind: "began", day, before });
  try {
    await trouble.prepare?.(scene);
    const requestId = randomUUID();
    const paying = stage.sending.pay({
      requestId,
      senderPhone: stage.sender.phone,
      corridor: stage.corridor.id,
      recipient: stage.recipient,
      ...order,
    });
    const { uetr } = await untilStored(stage, requestId, paying);
    scene.say("debited");
    tell({ kind: "balances", balances: await stage.balances() });
    const payment = await untilProven(stage, await follow(scene, trouble, uetr));
    tellEnd(scene, payment);
    await trouble.close?.(scene);
    tell(endOf(payment, before, await stage.balances()));
  } finally {
    await trouble.undo?.(stage);
  }
}
