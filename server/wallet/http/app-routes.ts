import { Router } from "express";
import { z } from "zod";
import { formatAmount, minorUnits, parseAmount } from "../../../protocol/money.ts";
import { amountSchema, textSchema, uetrSchema } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import { paymentRequestSchema } from "../sending/payment-request.ts";
import { recallPayment } from "../sending/recall-payment.ts";
import { sendPayment } from "../sending/send-payment.ts";
import {
  ACCOUNT_STATUSES,
  type Account,
  findAccountByPhone,
  openAccount,
  setAccountStatus,
} from "../store/accounts.ts";
import { readJournal } from "../store/journal.ts";
import { findPayment, listPayments, type Payment } from "../store/payments.ts";
import { readTotals } from "../store/totals.ts";
import type { WalletParts } from "../wallet-parts.ts";

const BODY_LIMIT = 64 * 1024;

const newAccountSchema = z.strictObject({
  phone: z.string().regex(/^\+[1-9][0-9]{6,14}$/),
  name: textSchema(140),
  balance: amountSchema.optional(),
  maximum: amountSchema.optional(),
});

const pageQuerySchema = z.strictObject({
  /** The last entry of the page before. */
  after: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,14})$/)
    .default("0")
    .transform(Number),
});

function accountToWire(wallet: WalletParts, account: Account) {
  const { currency } = wallet.config;
  const { phone, name, status, balance } = account;
  const value = formatAmount(minorUnits(balance), currency);
  return { phone, name, status, balance: { value, currency } };
}

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

/** What the wallet's own app and back office call: accounts, payments, totals. */
export function appRoutes(wallet: WalletParts): Router {
  const router = Router();
  const requireAccount = (phone: unknown): Account => {
    const account = findAccountByPhone(wallet.db, String(phone));
    if (account) return account;
    throw new ProblemError("not-found", "there is no account of this number");
  };

  router.post("/app/accounts", strictJson(BODY_LIMIT), (request, response) => {
    const { phone, name, balance, maximum } = validate(newAccountSchema, request.body);
    const account = openAccount(wallet.db, {
      phone,
      name,
      balance: balance ? parseAmount(balance.value, wallet.config.currency) : 0n,
      ...(maximum && { maximum: parseAmount(maximum.value, wallet.config.currency) }),
    });
    response.status(201).json(accountToWire(wallet, account));
  });

  router.get("/app/accounts/:phone", (request, response) => {
    response.json(accountToWire(wallet, requireAccount(request.params["phone"])));
  });

  router.put("/app/accounts/:phone/status", strictJson(BODY_LIMIT), (request, response) => {
    const { phone } = requireAccount(request.params["phone"]);
    const schema = z.strictObject({ status: z.enum(ACCOUNT_STATUSES) });
    setAccountStatus(wallet.db, phone, validate(schema, request.body).status);
    response.json(accountToWire(wallet, requireAccount(phone)));
  });

  router.post("/app/payments", strictJson(BODY_LIMIT), async (request, response) => {
    const wanted = validate(paymentRequestSchema, request.body);
    const { payment, replayed } = await sendPayment(wallet, wanted);
    if (replayed) response.setHeader("Idempotency-Replayed", "true");
    response.status(replayed ? 200 : 201).json(paymentToWire(wallet, payment));
  });

  router.get("/app/payments", (_request, response) => {
    const payments = listPayments(wallet.db).map((payment) => paymentToWire(wallet, payment));
    response.json({ payments });
  });

  router.get("/app/payments/:uetr", (request, response) => {
    const uetr = uetrSchema.safeParse(request.params["uetr"]);
    const payment = uetr.success ? findPayment(wallet.db, uetr.data) : undefined;
    if (!payment) throw new ProblemError("not-found", "there is no such payment");
    response.json(paymentToWire(wallet, payment));
  });

  router.post("/app/payments/:uetr/recall", async (request, response) => {
    const uetr = uetrSchema.safeParse(request.params["uetr"]);
    if (!uetr.success) throw new ProblemError("id-format", "a payment's id is a UETR");
    response.json(await recallPayment(wallet, uetr.data));
  });

  router.get("/app/totals", (_request, response) => {
    response.json(readTotals(wallet.db, wallet.config.currency));
  });

  router.get("/app/journal", (request, response) => {
    const after = pageQuerySchema.safeParse(request.query);
    if (!after.success) throw new ProblemError("query", "the one query parameter is after");
    response.json(readJournal(wallet.db, after.data));
  });

  router.put("/simulator/misbehaviour", strictJson(BODY_LIMIT), (request, response) => {
    const schema = z.strictObject({
      silent: z.boolean().default(false),
      staleDirectory: z.boolean().default(false),
    });
    Object.assign(wallet.misbehaviour, validate(schema, request.body));
    response.json(wallet.misbehaviour);
  });
  return router;
}
