import { type Request, Router } from "express";
import { z } from "zod";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import { uetrSchema } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import { paymentRequestSchema, priceRequestSchema } from "../sending/payment-request.ts";
import { pricePayment } from "../sending/price-payment.ts";
import { readProof } from "../sending/read-proof.ts";
import { recallPayment } from "../sending/recall-payment.ts";
import { sendPayment } from "../sending/send-payment.ts";
import { listCredits } from "../store/credits.ts";
import { readJournal } from "../store/journal.ts";
import {
  findPayment,
  findPaymentByRequest,
  listPayments,
  type Payment,
} from "../store/payments.ts";
import { readTotals } from "../store/totals.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { pageOf } from "./page-query.ts";

const BODY_LIMIT = 64 * 1024;

function paymentToWire(wallet: WalletParts, payment: Payment) {
  const { currency } = wallet.config;
  return {
    uetr: payment.uetr,
    requestId: payment.request_id,
    corridor: payment.corridor,
    state: payment.state,
    ...(payment.reason !== null && { reason: payment.reason }),
    sendAmount: amountOf(payment.send_shown),
    receiveAmount: amountOf(payment.receive_shown),
    fee: { value: formatAmount(minorUnits(payment.fee), currency), currency },
    rate: payment.rate,
    batchId: payment.batch_id,
    createdAt: payment.created_at,
    ...(payment.credited_at !== null && { creditedAt: payment.credited_at }),
    ...(payment.closed_at !== null && { closedAt: payment.closed_at }),
    ...(payment.confirmation_ms !== null && { confirmationMs: payment.confirmation_ms }),
  };
}

function amountOf(shown: string) {
  const [value = "", currency = ""] = shown.split(" ");
  return { value, currency };
}

function uetrOf(request: Request) {
  const uetr = uetrSchema.safeParse(request.params["uetr"]);
  if (uetr.success) return uetr.data;
  throw new ProblemError("id-format", "a payment's id is a UETR");
}

/** What the wallet's own app calls before it pays: what would it cost? */
export function priceRoutes(wallet: WalletParts): Router {
  const router = Router();
  router
    .route("/app/prices")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(priceRequestSchema, request.body);
      // The bank's signature is for the wallet to check, and means nothing to its user.
      const { signedQuote: _, ...shown } = await pricePayment(wallet, wanted);
      response.status(201).json(shown);
    })
    .all(refuseOtherMethods("POST"));
  return router;
}

/** What the wallet's own app calls: pay, look, prove it, ask for it back. */
export function paymentRoutes(wallet: WalletParts): Router {
  const router = Router();
  router
    .route("/app/payments")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(paymentRequestSchema, request.body);
      const { payment, replayed } = await sendPayment(wallet, wanted);
      if (replayed) response.setHeader("Idempotency-Replayed", "true");
      response.status(replayed ? 200 : 201).json(paymentToWire(wallet, payment));
    })
    .get((request, response) => {
      const { payments, next } = listPayments(wallet.db, pageOf(request));
      const shown = payments.map((payment) => paymentToWire(wallet, payment));
      response.json({ payments: shown, ...(next !== undefined && { next }) });
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));

  router
    .route("/app/payments/:uetr")
    .get((request, response) => {
      const uetr = uetrSchema.safeParse(request.params["uetr"]);
      const payment = uetr.success ? findPayment(wallet.db, uetr.data) : undefined;
      if (!payment) throw new ProblemError("not-found", "there is no such payment");
      response.json(paymentToWire(wallet, payment));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/requests/:requestId")
    .get((request, response) => {
      const payment = findPaymentByRequest(wallet.db, String(request.params["requestId"]));
      if (!payment) throw new ProblemError("not-found", "no payment has come of it yet");
      response.json(paymentToWire(wallet, payment));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/payments/:uetr/proof")
    .get(async (request, response) => {
      response.json(await readProof(wallet, uetrOf(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/payments/:uetr/recall")
    .post(async (request, response) => {
      response.json(await recallPayment(wallet, uetrOf(request)));
    })
    .all(refuseOtherMethods("POST"));
  return router;
}

/** What the wallet's back office reads: totals, the journal, what was decided on incoming money. */
export function backOfficeRoutes(wallet: WalletParts): Router {
  const router = Router();
  router
    .route("/app/totals")
    .get((_request, response) => {
      response.json(readTotals(wallet.db, wallet.config.currency));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/journal")
    .get((request, response) => {
      response.json(readJournal(wallet.db, pageOf(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/credits/:date")
    .get((request, response) => {
      const date = z.iso.date().safeParse(request.params["date"]);
      if (!date.success) throw new ProblemError("id-format", "there is no such day");
      const page = listCredits(wallet.db, { date: date.data, ...pageOf(request) });
      const credits = page.credits.map((credit) => ({
        uetr: credit.uetr,
        payer: credit.payer,
        batchId: credit.batch_id,
        index: Number(credit.batch_index),
        status: credit.status,
        ...(credit.reason !== null && { reason: credit.reason }),
        amountMinor: credit.amount.toString(),
      }));
      response.json({ credits, ...(page.next !== undefined && { next: page.next }) });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  return router;
}
