import type { Address } from "../../../protocol/messages.ts";
import type { Transfer, WireTransferRequest } from "../../../protocol/wire/relayer.ts";
import { RelayerProblem, RelayerUnreachable } from "../../../sdk/api/relayer-problem.ts";
import { verifyOutcome } from "../../../sdk/verify/verify-outcome.ts";
import { readSigner } from "../../foundation/chain/read-corridor.ts";
import { findPayment, markCredited, type Payment } from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";

/** How long the relayer may hold its answer back for the outcome: longer than any app waits. */
const WAIT_SECONDS = 25;

/** *Credited* is what the payee has signed, checked with the payee's key from our own node. */
async function takeOutcome(
  wallet: WalletParts,
  payment: Payment,
  transfer: Transfer,
  elapsedMs: () => number,
): Promise<void> {
  const { outcome } = transfer;
  if (!outcome || transfer.state === "held") return;
  const payeeSigner = await readSigner(wallet.corridor, payment.payee as Address);
  const proven = verifyOutcome(wallet.deployment, {
    batchId: payment.batch_id,
    index: Number(payment.batch_index),
    rejections: outcome.rejections,
    signature: outcome.signature,
    payeeSigner,
  });
  // A rejection gives nothing back yet: the chain does, once it has released the money.
  if (proven.answered === "rejected") return;
  markCredited(wallet.db, payment.uetr, { confirmationMs: elapsedMs() });
}

/**
 * Hands a stored order to the relayer and takes what it answers as a hint. No answer, and even a refusal, moves no
 * money: the relayer holds a signed batch, so only the chain can say that it will never run.
 */
export async function deliverOrder(
  wallet: WalletParts,
  uetr: string,
  waitSeconds = WAIT_SECONDS,
): Promise<void> {
  const payment = findPayment(wallet.db, uetr);
  if (!payment) return;
  const order: WireTransferRequest = JSON.parse(payment.order_body);
  const startedAt = performance.now();
  try {
    const sent = { idempotencyKey: uetr, waitSeconds };
    const transfer = await wallet.relayer.sendTransfer(order, sent);
    await takeOutcome(wallet, payment, transfer, () => performance.now() - startedAt);
  } catch (error) {
    if (error instanceof RelayerProblem) {
      wallet.log.warn({ uetr, code: error.problem.code }, "the relayer refused an order");
    } else if (error instanceof RelayerUnreachable) {
      wallet.log.warn({ uetr }, "the relayer did not answer");
    } else {
      wallet.log.error({ uetr, err: error }, "an outcome could not be verified");
    }
  }
}

/**
 * Asks after an order that is still unanswered, and hands it in again if it never arrived. Answers whether the relayer
 * could be reached.
 */
export async function askAfterOrder(wallet: WalletParts, payment: Payment): Promise<boolean> {
  const { uetr } = payment;
  // The order was sent as soon as it was stored, perhaps by a process that is gone: only the wall clock knows when.
  const elapsedMs = () => Date.now() - Date.parse(payment.created_at);
  try {
    await takeOutcome(wallet, payment, await wallet.relayer.transfer(uetr), elapsedMs);
  } catch (error) {
    if (error instanceof RelayerUnreachable) return false;
    if (!(error instanceof RelayerProblem)) throw error;
    if (error.problem.code === "not-found") await deliverOrder(wallet, uetr, 0);
  }
  return true;
}
