import type { Express } from "express";
import { fxQuoteRequestSchema } from "../../../../protocol/wire/bank.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import { makeQuote } from "../../fx/make-quote.ts";
import type { BankDesks } from "../bank-desks.ts";

const MAX_BODY_BYTES = 64 * 1_024;

/** `POST /fx/quotes`: a signed wholesale quote. */
export function mountFx(app: Express, { fx, follower }: BankDesks): void {
  app
    .route("/fx/quotes")
    .post(strictJson(MAX_BODY_BYTES), async (request, response) => {
      const asked = validate(fxQuoteRequestSchema, request.body);
      follower.assertFollowing();
      response.status(201).json(await makeQuote(fx, asked));
    })
    .all(refuseOtherMethods("POST"));
}
