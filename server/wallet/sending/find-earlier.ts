import { createHash } from "node:crypto";
import { canonicalJson } from "../../../protocol/commitment.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { findPaymentByRequest, type Payment } from "../store/payments.ts";
import type { WalletParts } from "../wallet-parts.ts";
import type { PaymentRequest } from "./payment-request.ts";

/** What a request asks for, whatever the order of its fields. */
export function hashOfRequest(request: PaymentRequest): string {
  return createHash("sha256").update(canonicalJson(request)).digest("hex");
}

/**
 * The payment that an earlier request of the same id made, if there was one.
 * @throws ProblemError `idempotency-key-reused` if that one asked for something else.
 */
export function findEarlier(wallet: WalletParts, request: PaymentRequest): Payment | undefined {
  const earlier = findPaymentByRequest(wallet.db, request.requestId);
  if (!earlier || earlier.request_hash === hashOfRequest(request)) return earlier;
  throw new ProblemError("idempotency-key-reused", "this requestId came with another body", {
    pointer: "/requestId",
    remedy: "use a new requestId for another payment",
  });
}
