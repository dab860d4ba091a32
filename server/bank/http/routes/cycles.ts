import type { Express } from "express";
import { cycleRequestSchema } from "../../../../protocol/wire/bank.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import { confirmCycle } from "../../cycles/confirm-cycle.ts";
import type { BankDesks } from "../bank-desks.ts";
import { pathId } from "../path-id.ts";

const MAX_BODY_BYTES = 2 * 1_024 * 1_024;
const CYCLE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `POST /cycles/{id}/confirm`: agreed, or the differences. */
export function mountCycles(app: Express, { cycles, wakeTreasury }: BankDesks): void {
  app
    .route("/cycles/:cycle/confirm")
    .post(strictJson(MAX_BODY_BYTES), (request, response) => {
      const id = pathId(request, "cycle", CYCLE_ID);
      const answer = confirmCycle(cycles, { id, body: validate(cycleRequestSchema, request.body) });
      if (answer.agreed) wakeTreasury();
      response.json(answer);
    })
    .all(refuseOtherMethods("POST"));
}
