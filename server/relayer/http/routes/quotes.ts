import { Router } from "express";
import {
  batchQuoteRequestSchema,
  quoteIdSchema,
  quoteRequestSchema,
  type WireBatchQuoteAnswer,
  type WireQuoteAnswer,
} from "../../../../protocol/wire/relayer.ts";
import { requestIdOf } from "../../../foundation/http/create-app.ts";
import { ProblemError, toProblem } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { type BatchQuotes, createBatchQuotes } from "../../services/create-batch-quotes.ts";
import { createQuote } from "../../services/create-quote.ts";
import type { Door } from "../../services/door.ts";
import { readQuote } from "../../services/read-quote.ts";
import { takeInHand } from "../at-the-door.ts";
import { callerOf } from "../authenticate.ts";

const BODY_LIMIT = 64 * 1024;
/** 500 requests of the longest names are some 500 kB. */
const BATCH_BODY_LIMIT = 1024 * 1024;

/** One payment's refusal as the whole answer carries it: its pointer leads from the whole request. */
function refusalAt(index: number, { code, message, context }: ProblemError): ProblemError {
  const { pointer } = context;
  const within = pointer === undefined ? {} : { pointer: `/quotes/${index}${pointer}` };
  return new ProblemError(code, message, { ...context, ...within });
}

/** The bank quote, which all of them share, once; and each payment's own part. */
function toAnswer(quotes: BatchQuotes, instance: string): WireBatchQuoteAnswer {
  const first = quotes.find((each): each is WireQuoteAnswer => !(each instanceof ProblemError));
  const results = quotes.map((each, index) => {
    if (each instanceof ProblemError)
      return { problem: toProblem(refusalAt(index, each), instance) };
    const { signedQuote: _, ...quote } = each;
    return { quote };
  });
  return { ...(first && { signedQuote: first.signedQuote }), results };
}

/** `POST /quotes`, `GET /quotes/{id}`, `POST /batch-quotes`. */
export function quoteRoutes(context: ServiceContext, door: Door): Router {
  const router = Router();
  router
    .route("/quotes")
    .post(...takeInHand(door, BODY_LIMIT), async (request, response) => {
      const wanted = validate(quoteRequestSchema, request.body);
      const quote = await createQuote(context, callerOf(response), wanted);
      response.status(201).location(`/v1/quotes/${quote.id}`).json(quote);
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/batch-quotes")
    .post(...takeInHand(door, BATCH_BODY_LIMIT), async (request, response) => {
      const { quotes } = validate(batchQuoteRequestSchema, request.body);
      const made = await createBatchQuotes(context, callerOf(response), quotes);
      response.json(toAnswer(made, requestIdOf(response)));
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/quotes/:id")
    .get(async (request, response) => {
      const id = quoteIdSchema.safeParse(request.params["id"]);
      if (!id.success) throw new ProblemError("id-format", "a quote's id is a lower-case UUID v4");
      response.json(await readQuote(context, callerOf(response), id.data));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  return router;
}
