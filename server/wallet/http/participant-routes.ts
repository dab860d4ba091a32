import { Router } from "express";
import { z } from "zod";
import type { CurrencyCode } from "../../../protocol/currency.ts";
import type { BatchId } from "../../../protocol/messages.ts";
import { formatAmount, minorUnits } from "../../../protocol/money.ts";
import {
  creditManySchema,
  type LookupAnswer,
  lookupManyRequestSchema,
  lookupRequestSchema,
  recallRequestSchema,
  type WireCreditMany,
} from "../../../protocol/wire/participant.ts";
import type { WireAccount } from "../../../protocol/wire/payment-details.ts";
import { batchIdSchema, uetrSchema } from "../../../protocol/wire/primitives.ts";
import { requestIdOf } from "../../foundation/http/create-app.ts";
import { ProblemError, toProblem, toProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import { answerCredit } from "../receiving/answer-credit.ts";
import { answerRecall } from "../receiving/answer-recall.ts";
import { findAccountByPhone, maskName } from "../store/accounts.ts";
import { findCreditBatch } from "../store/credits.ts";
import { readStatement } from "../store/statement.ts";
import type { WalletParts } from "../wallet-parts.ts";
import { pageOf } from "./page-query.ts";

const SMALL_BODY = 64 * 1024;
const CREDIT_BODY = 2 * 1024 * 1024;
/** Many instructions are each nested two levels deeper than one. */
const MANY_DEPTH = 10;

function pathId<T extends z.ZodType>(schema: T, id: string | string[] | undefined): z.output<T> {
  const parsed = schema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new ProblemError("id-format", "the id in the path is not in its canonical form");
}

/** Statuses whose accounts cannot be paid; a look-up does not tell them from an unknown number. */
const INELIGIBLE = new Set(["closed", "blocked", "over-limit"]);

function lookUp(wallet: WalletParts, account: WireAccount): LookupAnswer {
  const found = account.type === "mobile" && findAccountByPhone(wallet.db, account.value);
  const ineligible =
    found && INELIGIBLE.has(found.status) && !wallet.faults?.isOn("stale-directory");
  if (!found || ineligible) return { eligible: false };
  const { name } = found;
  return { eligible: true, maskedName: maskName(name), screeningName: name };
}

function mountLookup(router: Router, wallet: WalletParts): void {
  router
    .route("/accounts/lookup")
    .post(strictJson(SMALL_BODY), (request, response) => {
      const { account } = validate(lookupRequestSchema, request.body);
      response.json(lookUp(wallet, account));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/accounts/lookups")
    .post(strictJson(SMALL_BODY), (request, response) => {
      const { accounts } = validate(lookupManyRequestSchema, request.body);
      response.json({ answers: accounts.map((account) => lookUp(wallet, account)) });
    })
    .all(refuseOtherMethods("POST"));
}

/** An amount that may be negative, as the wire carries it. */
function signedAmount(minor: bigint, currency: CurrencyCode) {
  const magnitude = formatAmount(minorUnits(minor < 0n ? -minor : minor), currency);
  return { value: minor < 0n ? `-${magnitude}` : magnitude, currency };
}

/** The day as the wallet has it: every transfer that went into the corridor or came out of it. */
function mountStatements(router: Router, wallet: WalletParts): void {
  const { currency } = wallet.config;
  router
    .route("/statements/:date")
    .get((request, response) => {
      const date = pathId(z.iso.date(), request.params["date"]);
      const page = readStatement(wallet.db, { date, ...pageOf(request) });
      response.json({
        date,
        opening: signedAmount(page.openingMinor, currency),
        items: page.items.map(({ amountMinor, ...item }) => ({
          ...item,
          amount: signedAmount(amountMinor, currency),
        })),
        closing: signedAmount(page.closingMinor, currency),
        ...(page.next !== undefined && { next: page.next }),
      });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
}

/** `POST /credits`: many instructions in one call, each answered on a line of its own as soon as it is decided. */
function mountManyCredits(router: Router, wallet: WalletParts): void {
  router
    .route("/credits")
    .post(strictJson(CREDIT_BODY, MANY_DEPTH), async (request, response) => {
      validate(creditManySchema, request.body);
      const { credits } = request.body as WireCreditMany;
      response.status(200).type("application/x-ndjson");
      await Promise.all(
        credits.map(async ({ batchId, instruction }) => {
          const line = await answerCredit(wallet, batchId as BatchId, instruction).then(
            (answer) => ({ batchId, answer }),
            (error) => ({
              batchId,
              problem: toProblem(toProblemError(error), requestIdOf(response)),
            }),
          );
          response.write(`${JSON.stringify(line)}\n`);
        }),
      );
      response.end();
    })
    .all(refuseOtherMethods("POST"));
}

/** The participant API, which the rail calls: look-up, credits, recalls, statements. */
export function participantRoutes(wallet: WalletParts): Router {
  const router = Router();
  mountLookup(router, wallet);
  mountManyCredits(router, wallet);
  router
    .route("/credits/:batchId")
    .put(strictJson(CREDIT_BODY), async (request, response) => {
      const batchId = pathId(batchIdSchema, request.params["batchId"]);
      response.json(await answerCredit(wallet, batchId, request.body));
    })
    .get((request, response) => {
      const batchId = pathId(batchIdSchema, request.params["batchId"]);
      const batch = findCreditBatch(wallet.db, batchId);
      if (!batch) throw new ProblemError("not-found", "no such batch has been answered");
      response.json(batch.answer);
    })
    .all(refuseOtherMethods("GET", "HEAD", "PUT"));

  router
    .route("/recalls/:uetr")
    .post(strictJson(SMALL_BODY), async (request, response) => {
      const uetr = pathId(uetrSchema, request.params["uetr"]);
      const recall = validate(recallRequestSchema, request.body);
      response.json(await answerRecall(wallet, uetr, recall));
    })
    .all(refuseOtherMethods("POST"));
  mountStatements(router, wallet);
  return router;
}
