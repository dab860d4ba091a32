import { Router } from "express";
import { z } from "zod";
import { lookupRequestSchema, recallRequestSchema } from "../../../protocol/wire/participant.ts";
import { batchIdSchema, uetrSchema } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { strictJson } from "../../foundation/http/strict-json.ts";
import { validate } from "../../foundation/http/validate.ts";
import { answerCredit } from "../receiving/answer-credit.ts";
import { answerRecall } from "../receiving/answer-recall.ts";
import { findAccountByPhone, maskName } from "../store/accounts.ts";
import { findCreditBatch, listCredits } from "../store/credits.ts";
import type { WalletParts } from "../wallet-parts.ts";

const SMALL_BODY = 64 * 1024;
const CREDIT_BODY = 2 * 1024 * 1024;

function pathId<T extends z.ZodType>(schema: T, id: string | string[] | undefined): z.output<T> {
  const parsed = schema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new ProblemError("id-format", "the id in the path is not in its canonical form");
}

/** Statuses whose accounts cannot be paid; a look-up does not tell them from an unknown number. */
const INELIGIBLE = new Set(["closed", "blocked", "over-limit"]);

/** The participant API, which the rail calls: look-up, credits, recalls, statements. */
export function participantRoutes(wallet: WalletParts): Router {
  const router = Router();

  router.post("/accounts/lookup", strictJson(SMALL_BODY), (request, response) => {
    const { account } = validate(lookupRequestSchema, request.body);
    const found = account.type === "mobile" && findAccountByPhone(wallet.db, account.value);
    const ineligible = found && INELIGIBLE.has(found.status) && !wallet.misbehaviour.staleDirectory;
    if (!found || ineligible) {
      response.json({ eligible: false });
      return;
    }
    const { name } = found;
    response.json({ eligible: true, maskedName: maskName(name), screeningName: name });
  });

  router.put("/credits/:batchId", strictJson(CREDIT_BODY), async (request, response) => {
    // A programmed fault: the request is taken and never answered.
    if (wallet.misbehaviour.silent) return;
    const batchId = pathId(batchIdSchema, request.params["batchId"]);
    response.json(await answerCredit(wallet, batchId, request.body));
  });

  router.get("/credits/:batchId", (request, response) => {
    const batchId = pathId(batchIdSchema, request.params["batchId"]);
    const batch = findCreditBatch(wallet.db, batchId);
    if (!batch) throw new ProblemError("not-found", "no such batch has been answered");
    response.json(batch.answer);
  });

  router.post("/recalls/:uetr", strictJson(SMALL_BODY), async (request, response) => {
    const uetr = pathId(uetrSchema, request.params["uetr"]);
    const recall = validate(recallRequestSchema, request.body);
    response.json(await answerRecall(wallet, uetr, recall));
  });

  router.get("/statements/:date", (request, response) => {
    const date = pathId(z.iso.date(), request.params["date"]);
    const credits = listCredits(wallet.db, date).map((credit) => ({
      uetr: credit.uetr,
      payer: credit.payer,
      batchId: credit.batch_id,
      index: Number(credit.batch_index),
      status: credit.status,
      ...(credit.reason !== null && { reason: credit.reason }),
      amountMinor: credit.amount.toString(),
    }));
    response.json({ date, currency: wallet.config.currency, credits });
  });
  return router;
}
