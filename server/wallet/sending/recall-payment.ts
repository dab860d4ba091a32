import type { z } from "zod";
import type { recallOutcomeSchema } from "../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { findPayment } from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { passOn } from "./pass-on.ts";

/**
 * Asks for a payment back, through the relayer. What the user gets is decided on chain: the money is back once the
 * return stands there.
 */
export async function recallPayment(
  wallet: WalletParts,
  uetr: string,
): Promise<z.output<typeof recallOutcomeSchema>> {
  if (!findPayment(wallet.db, uetr)) throw new ProblemError("not-found", "no such payment");
  return passOn(wallet.relayer.recall(uetr));
}
