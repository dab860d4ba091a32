import { Router } from "express";
import { z } from "zod";
import { formatAmount, minorUnits, parseAmount } from "../../../protocol/money.ts";
import { amountSchema, textSchema } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import {
  ACCOUNT_STATUSES,
  type Account,
  findAccountByPhone,
  openAccount,
  setAccountStatus,
} from "../store/accounts.ts";
import type { WalletParts } from "../wallet-parts.ts";

const BODY_LIMIT = 64 * 1024;

const newAccountSchema = z.strictObject({
  phone: z.string().regex(/^\+[1-9][0-9]{6,14}$/),
  name: textSchema(140),
  balance: amountSchema.optional(),
  maximum: amountSchema.optional(),
});
const statusSchema = z.strictObject({ status: z.enum(ACCOUNT_STATUSES) });

function accountToWire(wallet: WalletParts, account: Account) {
  const { currency } = wallet.config;
  const { phone, name, status, balance } = account;
  const value = formatAmount(minorUnits(balance), currency);
  return { phone, name, status, balance: { value, currency } };
}

/** What the wallet's own app calls for its users' accounts. */
export function accountRoutes(wallet: WalletParts): Router {
  const router = Router();
  const requireAccount = (phone: unknown): Account => {
    const account = findAccountByPhone(wallet.db, String(phone));
    if (account) return account;
    throw new ProblemError("not-found", "there is no account of this number");
  };

  router
    .route("/app/accounts")
    .post(strictJson(BODY_LIMIT), (request, response) => {
      const { phone, name, balance, maximum } = validate(newAccountSchema, request.body);
      const account = openAccount(wallet.db, {
        phone,
        name,
        balance: balance ? parseAmount(balance.value, wallet.config.currency) : 0n,
        ...(maximum && { maximum: parseAmount(maximum.value, wallet.config.currency) }),
      });
      response.status(201).json(accountToWire(wallet, account));
    })
    .all(refuseOtherMethods("POST"));

  router
    .route("/app/accounts/:phone")
    .get((request, response) => {
      response.json(accountToWire(wallet, requireAccount(request.params["phone"])));
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  router
    .route("/app/accounts/:phone/status")
    .put(strictJson(BODY_LIMIT), (request, response) => {
      const { phone } = requireAccount(request.params["phone"]);
      setAccountStatus(wallet.db, phone, validate(statusSchema, request.body).status);
      response.json(accountToWire(wallet, requireAccount(phone)));
    })
    .all(refuseOtherMethods("PUT"));
  return router;
}
