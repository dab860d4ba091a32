import type { Express } from "express";
import { fundingRequestSchema } from "../../../../protocol/wire/bank.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import { strictJson } from "../../../foundation/http/strict-json.ts";
import { validate } from "../../../foundation/http/validate.ts";
import { acceptFunding } from "../../deposits/accept-funding.ts";
import { findFunding, fundingToWire } from "../../deposits/funding-store.ts";
import { findRedemption } from "../../deposits/payout-store.ts";
import type { BankDesks } from "../bank-desks.ts";
import { BYTES32, pathId } from "../path-id.ts";

const MAX_BODY_BYTES = 64 * 1_024;

/** `POST /fundings`, `GET /fundings/{id}`, `GET /redemptions/{id}`. */
export function mountDeposits(app: Express, desks: BankDesks): void {
  const { db, follower, fundings, wakeTreasury } = desks;
  app
    .route("/fundings")
    .post(strictJson(MAX_BODY_BYTES), (request, response) => {
      const asked = validate(fundingRequestSchema, request.body);
      follower.assertFollowing();
      const funding = acceptFunding(fundings, asked);
      if (funding.status === "accepted") wakeTreasury();
      const wire = fundingToWire(funding);
      response.status(funding.status === "issued" ? 200 : 202).json(wire);
    })
    .all(refuseOtherMethods("POST"));
  app
    .route("/fundings/:fundingId")
    .get((request, response) => {
      const funding = findFunding(db, pathId(request, "fundingId", BYTES32));
      if (funding === undefined) throw new ProblemError("not-found", "there is no such funding");
      response.json(fundingToWire(funding));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  app
    .route("/redemptions/:redemptionId")
    .get((request, response) => {
      const redemption = findRedemption(db, pathId(request, "redemptionId", BYTES32));
      if (redemption === undefined) {
        throw new ProblemError("not-found", "no redemption of this id is booked");
      }
      response.json(redemption);
    })
    .all(refuseOtherMethods("GET", "HEAD"));
}
