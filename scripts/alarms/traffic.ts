import { randomUUID } from "node:crypto";
import type { Field } from "../torture/field/start-field.ts";

const SENDER = { phone: "+85263000001", name: "Chan Siu Ming" };
const RECIPIENT = { phone: "+639173000001", name: "Liwayway Dela Cruz" };
const OPENING_BALANCE = { value: "9000000.00", currency: "HKD" };
const AMOUNT = { value: "120.00", currency: "HKD" };
const PAUSE_MS = 700;
/** A silent relayer keeps each payment for as long as the wallet waits for it. */
const MOST_UNDER_WAY = 8;

/** Payments that go on while an alarm is tried, as they do in life. */
export interface Traffic extends AsyncDisposable {
  /** One payment more; answers its UETR. */
  pay(): Promise<string>;
}

/** Opens two accounts and pays from one to the other again and again until it is disposed of. */
export async function startTraffic({ sending, receiving, route }: Field): Promise<Traffic> {
  await sending.openAccount({ ...SENDER, balance: OPENING_BALANCE });
  await receiving.openAccount(RECIPIENT);
  const stop = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const pay = async () => {
    const { uetr } = await sending.pay({
      requestId: randomUUID(),
      senderPhone: SENDER.phone,
      corridor: route.id,
      fixedSide: "send",
      amount: AMOUNT,
      recipient: RECIPIENT,
    });
    return uetr;
  };
  async function goOn(): Promise<void> {
    while (!stop.signal.aborted) {
      if (underWay.size < MOST_UNDER_WAY) {
        // Refusals are what some alarms are about.
        const one: Promise<unknown> = pay().catch(() => undefined);
        underWay.add(one);
        void one.finally(() => underWay.delete(one));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await Promise.all(underWay);
  }
  const going = goOn();
  return {
    pay,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await going;
    },
  };
}
