import type { Transfer } from "../../protocol/wire/relayer.ts";
import type { DirectPayer } from "../../server/local/direct-payer.ts";
import type { Relayer } from "../../server/relayer/context.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair } from "./people.ts";

const AMOUNT = { value: "100.00", currency: "HKD" };

/** The services of a relayer that runs in this process. */
export const servicesOf = (test: TestCorridor) =>
  (test.corridor.relayer.inProcess as Relayer).services;

/** Nothing is signed for the chain until what this answers is called; what is accepted stays in the queue. */
export async function holdQueue(test: TestCorridor): Promise<() => Promise<void>> {
  const { halts, chain, signals } = servicesOf(test);
  const scope = `lane:${chain.lane}` as const;
  await halts.halt(scope, "a test keeps the queue", "test");
  return async () => {
    await halts.lift(scope, { by: "test", reason: "the test goes on" });
    signals.wake("chain");
  };
}

/** Nothing is signed for the chain while `work` runs. */
export async function whileQueued<T>(test: TestCorridor, work: () => Promise<T>): Promise<T> {
  const release = await holdQueue(test);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** A signed order of HK$100 between two new people. */
export async function signedOrder(test: TestCorridor, payer: DirectPayer) {
  const wanted = { ...(await newPair(test)), amount: AMOUNT };
  const quote = await payer.quote(wanted);
  return payer.sign(quote, payer.detailsFor(wanted, quote));
}

/** One that is sent, and for whose outcome nobody waits. */
export async function sendOne(test: TestCorridor, payer: DirectPayer): Promise<Transfer> {
  const order = await signedOrder(test, payer);
  return payer.relayer.sendTransfer(order, { idempotencyKey: order.details.uetr });
}
