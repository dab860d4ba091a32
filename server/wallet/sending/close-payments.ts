import type { BatchId } from "../../../protocol/messages.ts";
import { readFinalBlock } from "../../foundation/chain/block.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { book } from "../store/ledger.ts";
import {
  closePayment,
  findUnanswered,
  type Payment,
  type PaymentState,
} from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { askAfterOrder } from "./deliver-order.ts";

export interface PaymentEnd {
  readonly state: Extract<PaymentState, "settled" | "rejected" | "expired" | "returned">;
  readonly reason: string | null;
}

/**
 * Ends a payment as the chain has told, inside the caller's commit. A rejected or expired one gives the user
 * everything back, fee included; a returned one without the fee.
 */
export function endPayment(wallet: WalletParts, payment: Payment, end: PaymentEnd): void {
  if (!closePayment(wallet.db, payment.uetr, end)) return;
  if (end.state === "settled") return;
  const fee = end.state === "returned" ? 0n : payment.fee;
  book(wallet.db, {
    id: `refund:${payment.uetr}`,
    kind: end.state === "returned" ? "return" : "refund",
    reference: payment.uetr,
    lines: [
      { account: payment.account, amount: payment.send + fee },
      { account: "transit", amount: -payment.send },
      { account: "fees", amount: -fee },
    ],
  });
}

/** None in a block at or past `validUntil`: the batch can never be reserved any more, so the money goes back. */
async function expireNeverReserved(wallet: WalletParts, open: readonly Payment[]): Promise<void> {
  const block = await readFinalBlock(wallet.corridor.connection);
  for (const payment of open) {
    if (block.timestamp < payment.valid_until) continue;
    const { status } = await readBatch(wallet.corridor, payment.batch_id as BatchId, block);
    if (status !== "None") continue;
    inOneCommit(wallet.db, () => endPayment(wallet, payment, { state: "expired", reason: null }));
  }
}

/** Looks after payments that nobody has answered for: asks the relayer, and asks the chain. */
export async function lookAfterPayments(wallet: WalletParts): Promise<void> {
  const open = findUnanswered(wallet.db);
  await expireNeverReserved(wallet, open);
  const old = open.filter((payment) => Date.now() - Date.parse(payment.created_at) > 4_000);
  for (const payment of old) await askAfterOrder(wallet, payment);
}
