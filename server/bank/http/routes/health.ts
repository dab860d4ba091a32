import type { Express } from "express";
import type { BankHealth } from "../../../../protocol/wire/bank.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { BankDesks } from "../bank-desks.ts";

/** `GET /healthz`: 200 while the bank follows the chain, 503 once it has stopped. */
export function mountHealth(app: Express, { follower }: BankDesks): void {
  app
    .route("/healthz")
    .get((_request, response) => {
      const reason = follower.halted();
      const followedTo = follower.followedTo();
      const health: BankHealth =
        reason === undefined
          ? { status: "ok", followedTo }
          : { status: "halted", followedTo, reason };
      response.status(reason === undefined ? 200 : 503).json(health);
    })
    .all(refuseOtherMethods("GET", "HEAD"));
}
