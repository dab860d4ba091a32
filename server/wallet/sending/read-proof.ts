import type { WireReceipt } from "../../../protocol/wire/receipt.ts";
import type { WireTransferRequest } from "../../../protocol/wire/relayer.ts";
import type { Opening } from "../../../sdk/verify/receipt-checks.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { findPayment } from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { passOn } from "./pass-on.ts";

/** What a sender can hand on to prove a payment. */
export interface Proof {
  readonly receipt: WireReceipt;
  /** Who paid whom, and the salt: what the receipt's commitment stands for. */
  readonly opening: Opening;
}

/** A payment's receipt, from the relayer, with what the wallet alone adds to it. */
export async function readProof(wallet: WalletParts, uetr: string): Promise<Proof> {
  const payment = findPayment(wallet.db, uetr);
  if (!payment) throw new ProblemError("not-found", "there is no such payment");
  const { details, salt }: WireTransferRequest = JSON.parse(payment.order_body);
  const receipt = await passOn(wallet.relayer.receipt(uetr));
  return { receipt, opening: { details, salt } };
}
