import type { ShownPayment, WalletApp } from "../../server/local/wallet-app.ts";
import { inParallel } from "./in-parallel.ts";
import type { PaidRow } from "./send-rows.ts";

const AT_ONCE = 16;
const LOOK_MS = 250;
/** The longest hold is released by then, and its money given back. */
const PATIENCE_MS = 300_000;

/** Whether the chain has told how a payment ended. */
export const hasEnded = ({ state }: ShownPayment): boolean =>
  state !== "sent" && state !== "credited";

/** How long the payee's signature over a settled payment is waited for. */
const PROOF_PATIENCE_MS = 15_000;

/** Whether there is nothing more to learn: it has ended, and what was credited is proven, if it will be. */
function isKnown(payment: ShownPayment): boolean {
  if (!hasEnded(payment)) return false;
  const { state, creditedAt, closedAt = "" } = payment;
  if (state !== "settled" || creditedAt !== undefined) return true;
  return Date.now() - Date.parse(closedAt) > PROOF_PATIENCE_MS;
}

/**
 * Follows payments until each has ended, patience ends without any news, or `signal` is aborted; answers them as they
 * are then.
 */
export async function awaitEnds(
  wallet: WalletApp,
  paid: readonly PaidRow[],
  watch: { readonly signal: AbortSignal; readonly onEnd: () => void },
): Promise<PaidRow[]> {
  const latest = new Map(paid.map((each) => [each.payment.uetr, each]));
  const open = () => [...latest.values()].filter(({ payment }) => !isKnown(payment));
  for (const { payment } of paid) if (isKnown(payment)) watch.onEnd();
  let deadline = performance.now() + PATIENCE_MS;
  while (open().length > 0 && !watch.signal.aborted && performance.now() < deadline) {
    await inParallel(open(), AT_ONCE, async (each) => {
      // A wallet that does not answer now is asked again: nothing depends on this look.
      const payment = await wallet.payment(each.payment.uetr).catch(() => each.payment);
      latest.set(payment.uetr, { ...each, payment });
      if (!isKnown(payment)) return;
      watch.onEnd();
      deadline = performance.now() + PATIENCE_MS;
    });
    if (open().length > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return [...latest.values()];
}
