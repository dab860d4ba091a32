import { Router } from "express";
import { haltRequestSchema, orderSchema } from "../../../../protocol/wire/operations.ts";
import { uuidSchema } from "../../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import type { ServiceContext } from "../../service-context.ts";
import type { HaltScope } from "../../services/halts.ts";
import { readCases, readHalts } from "../../services/read-oversight.ts";
import { resolveCase } from "../../services/resolve-case.ts";

const BODY_LIMIT = 16 * 1024;

/** What needs people: halts and cases, and the acts that end them. */
export function oversightRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/halts")
    .get(async (_request, response) => {
      response.json(await readHalts(context));
    })
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const wanted = validate(haltRequestSchema, request.body);
      await context.halts.halt(wanted.scope as HaltScope, wanted.reason, wanted.by);
      response.status(201).json({ scope: wanted.scope });
    })
    .all(refuseOtherMethods("GET", "HEAD", "POST"));
  router
    .route("/halts/lift")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const { scope: lifted, ...by } = validate(haltRequestSchema, request.body);
      if (!(await context.halts.lift(lifted as HaltScope, by))) {
        throw new ProblemError("not-found", "nothing of this scope is halted", {
          pointer: "/scope",
          remedy: "read GET /halts",
        });
      }
      response.json({ scope: lifted });
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/cases")
    .get(async (_request, response) => {
      response.json(await readCases(context));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/cases/:id/resolve")
    .post(strictJson(BODY_LIMIT), async (request, response) => {
      const id = uuidSchema.safeParse(request.params["id"]);
      if (!id.success) throw new ProblemError("id-format", "a case's id is a UUID");
      response.json(await resolveCase(context, id.data, validate(orderSchema, request.body)));
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
