import { corridorAbi } from "../../../protocol/contract-abi.ts";
import { reasonOfRefusal } from "../../../protocol/refusals.ts";
import { batchMessageSchema, quoteMessageSchema } from "../../../protocol/wire/messages.ts";
import { readFinalBlock } from "../../foundation/chain/read-blocks.ts";
import { readBatch } from "../../foundation/chain/read-corridor.ts";
import { inOneCommit } from "../../foundation/storage/open-sqlite.ts";
import { book } from "../store/ledger.ts";
import {
  closePayment,
  findOverdue,
  findUnanswered,
  findUnproven,
  type Payment,
  type PaymentState,
} from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { askAfterOrder } from "./deliver-order.ts";

/** An order that has had no answer for so long is asked after. */
const ASK_AFTER_MS = 4_000;
/** The payee's signature over a settled payment is asked for so long: the chain has proven more already. */
const PROOF_PATIENCE_MS = 60_000;

/** The chain's clock gives others this many seconds to say or to do what they should before we do it ourselves. */
const EXPIRE_GRACE_SECONDS = 5n;

/** How a payment ended on chain, and why. */
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
    const { status } = await readBatch(wallet.corridor, payment.batch_id, block);
    if (status !== "None") continue;
    const patient = block.timestamp < payment.valid_until + EXPIRE_GRACE_SECONDS;
    const reason = await whyNeverReserved(wallet, payment, patient);
    if (reason === undefined) continue;
    inOneCommit(wallet.db, () => endPayment(wallet, payment, { state: "expired", reason }));
  }
}

/**
 * The relayer knows what the contract has refused, though it may need a moment to say so: undefined while it is worth
 * waiting for. Without it, time has run out and more cannot be said.
 */
async function whyNeverReserved(
  { relayer, log }: WalletParts,
  { uetr }: Payment,
  patient: boolean,
): Promise<string | undefined> {
  try {
    const { state, reason } = await relayer.transfer(uetr);
    if (state === "expired" && reason !== undefined) return reason;
    if (patient) return undefined;
  } catch (error) {
    log.debug({ uetr, err: error }, "the relayer does not say why");
  }
  return reasonOfRefusal(null);
}

/**
 * Releases by itself what was reserved, never settled, and released by nobody: the money must not depend on a
 * relayer being alive. It comes back to the user once the release stands on chain.
 */
async function expireLate(wallet: WalletParts): Promise<void> {
  const { db, corridor, account, config, log } = wallet;
  const block = await readFinalBlock(corridor.connection);
  const overdue = findOverdue(db, block.timestamp - EXPIRE_GRACE_SECONDS);
  const byBatch = new Map(overdue.map((payment) => [payment.batch_id, payment]));
  for (const [batchId, payment] of byBatch) {
    const { status } = await readBatch(corridor, batchId, block);
    if (status !== "Reserved") continue;
    log.info({ batchId }, "nobody has released it: expiring it ourselves");
    const quote = quoteMessageSchema.parse(JSON.parse(payment.quote));
    const batch = batchMessageSchema.parse(JSON.parse(payment.batch));
    const data = corridorAbi.encodeFunctionData("expire", [quote, batch]);
    // One that cannot be released now does not keep the others waiting.
    await account.send({ to: config.network.corridor, data }).catch((error: unknown) => {
      log.warn({ batchId, err: error }, "a batch could not be released");
    });
  }
}

/**
 * Asks the relayer after what is unanswered or unproven, oldest first. One that cannot be reached is left alone until
 * the next round: what the chain decides must not wait behind it.
 */
async function askAfter(wallet: WalletParts, open: readonly Payment[]): Promise<void> {
  const old = open.filter((payment) => Date.now() - Date.parse(payment.created_at) > ASK_AFTER_MS);
  const since = new Date(Date.now() - PROOF_PATIENCE_MS).toISOString();
  for (const payment of [...old, ...findUnproven(wallet.db, since)]) {
    if (wallet.deliveries.isUnderWay(payment.uetr)) continue;
    if (!(await askAfterOrder(wallet, payment))) return;
  }
}

/** Looks after payments that have not ended: asks the relayer, asks the chain, and releases what is overdue. */
export async function lookAfterPayments(wallet: WalletParts): Promise<void> {
  const open = findUnanswered(wallet.db);
  await expireNeverReserved(wallet, open);
  await expireLate(wallet);
  await askAfter(wallet, open);
}
