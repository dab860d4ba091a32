import { Router } from "express";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../../service-context.ts";
import { readCorridors } from "../../services/open-corridors.ts";
import { callerOf } from "../authenticate.ts";

/** `GET /corridors`: what this wallet can send, where, at which limits and fees. */
export function corridorRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/corridors")
    .get(async (_request, response) => {
      response.json(await readCorridors(context, callerOf(response)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  return router;
}
