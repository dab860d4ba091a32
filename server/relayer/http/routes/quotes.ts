import { Router } from "express";
import { quoteIdSchema, quoteRequestSchema } from "../../../../protocol/wire/relayer.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import { createQuote } from "../../services/create-quote.ts";
import type { Door } from "../../services/door.ts";
import { readQuote } from "../../services/read-quote.ts";
import { atTheDoor } from "../at-the-door.ts";
import { callerOf } from "../authenticate.ts";

const BODY_LIMIT = 64 * 1024;

/** `POST /quotes`, `GET /quotes/{id}`. */
export function quoteRoutes(context: ServiceContext, door: Door): Router {
  const router = Router();
  router
    .route("/quotes")
    .post(atTheDoor(door), strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(quoteRequestSchema, request.body);
      const quote = await createQuote(context, callerOf(response), wanted);
      response.status(201).location(`/v1/quotes/${quote.id}`).json(quote);
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
