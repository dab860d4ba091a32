import { readFinalBlock } from "../../server/foundation/chain/read-blocks.ts";
import { readBatch } from "../../server/foundation/chain/read-corridor.ts";
import { advanceChainTime } from "../../server/local/chain-clock.ts";
import { RECIPIENT, SENDER } from "../../server/local/first-transfer.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import type { ShownPayment } from "../../server/local/wallet-app.ts";
import type { Scene, Story } from "./story.ts";

const hkd = (value: string) => ({ value, currency: "HKD" });

async function closeAccount({ desk, recipient }: Scene): Promise<string> {
  await desk.receiving.misbehave({ staleDirectory: true });
  await desk.receiving.setStatus(recipient.phone, "closed");
  return `${recipient.name}'s account is closed, and the receiving wallet's directory does not know it yet`;
}

async function silence({ desk }: Scene): Promise<string> {
  await desk.receiving.misbehave({ silent: true });
  return "the receiving wallet takes every request from now on and answers none";
}

/** Waits until both legs are held, then moves the clock past the deadline that the chain itself states. */
async function moveClock({ desk }: Scene, payment: ShownPayment): Promise<string> {
  await waitFor(
    () => desk.relayer.transfer(payment.uetr),
    ({ state }) => state === "reserved",
  );
  const { batchId } = await desk.relayer.transfer(payment.uetr);
  const block = await readFinalBlock(desk.view.connection);
  const { settleUntil } = await readBatch(desk.view, batchId, block);
  const seconds = Number(settleUntil - block.timestamp) + 1;
  await advanceChainTime(desk.local.rpcUrl, seconds);
  return `this demo moved the local chain's clock ${seconds} s forward, past the batch's deadline`;
}

async function recall({ desk }: Scene, { uetr }: ShownPayment): Promise<string> {
  await waitFor(
    () => desk.sending.payment(uetr),
    ({ state }) => state === "settled",
  );
  await waitFor(
    () => desk.relayer.transfer(uetr),
    ({ state }) => state === "settled",
  );
  const { accepted, reason } = await desk.sending.recall(uetr);
  return `settled; then the sender asked for it back, and the receiving wallet ${accepted ? "agreed" : "refused"} (${reason})`;
}

/** The five stories, in the order in which they are told. */
export const STORIES: readonly Story[] = [
  {
    name: "first-transfer",
    title: "The first transfer of 25 June 2018 again: HK$1,000 at that day's ECB cross rate",
    sender: SENDER,
    recipient: RECIPIENT,
    order: { fixedSide: "send", amount: hkd("1000.00") },
    ends: { state: "settled" },
  },
  {
    name: "fixed-receive",
    title: "A bill of exactly ₱10,000.00: the receive side is fixed",
    sender: { name: "Ho Wai Man", phone: "+85260010002" },
    recipient: { name: "Concepción Muñoz", phone: "+639180010002" },
    order: { fixedSide: "receive", amount: { value: "10000.00", currency: "PHP" } },
    ends: { state: "settled" },
  },
  {
    name: "closed-account",
    title: "The recipient's account is closed: rejected, the sender made whole",
    sender: { name: "Lourdes Villanueva", phone: "+85260010003" },
    recipient: { name: "Andrés Bautista", phone: "+639180010003" },
    order: { fixedSide: "send", amount: hkd("2500.00") },
    ends: { state: "rejected", reason: "AC04" },
    prepare: closeAccount,
  },
  {
    name: "silent-wallet",
    title:
      "The receiving wallet never answers: released by the chain's clock, the sender made whole",
    sender: { name: "陳小明", phone: "+85260010004" },
    recipient: { name: "Rosario Dimaculangan", phone: "+639180010004" },
    order: { fixedSide: "send", amount: hkd("800.50") },
    ends: { state: "expired" },
    prepare: silence,
    interfere: moveClock,
  },
  {
    name: "return",
    title: "A return after settlement: the sender asks for the money back",
    sender: { name: "Remedios Ocampo", phone: "+85260010005" },
    recipient: { name: "Niño José Salazar", phone: "+639180010005" },
    order: { fixedSide: "send", amount: hkd("1234.56") },
    ends: { state: "returned", reason: "FOCR" },
    interfere: recall,
  },
];
