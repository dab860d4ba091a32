import { Router } from "express";
import type { Participants } from "../../../../protocol/corridor.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { PositionPort } from "../../ports/positions.ts";
import type { ServiceContext } from "../../service-context.ts";
import { readParticipants, readPositions, readRates } from "../../services/read-market.ts";
import { callerOf } from "../authenticate.ts";

/** `GET /participants`, `GET /positions`, `GET /rates`: with whom, out of what and at what rate a wallet can send. */
export function marketRoutes(
  context: ServiceContext,
  { directory, positions }: { directory: Participants; positions: PositionPort },
): Router {
  const router = Router();
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  router
    .route("/participants")
    .get((_request, response) => {
      response.json(readParticipants(context, directory, callerOf(response)));
    })
    .all(refuseOthers);
  router
    .route("/positions")
    .get(async (_request, response) => {
      response.json(await readPositions(context, positions, callerOf(response)));
    })
    .all(refuseOthers);
  router
    .route("/rates")
    .get(async (_request, response) => {
      response.json(await readRates(context, callerOf(response)));
    })
    .all(refuseOthers);
  return router;
}
