import { Router } from "express";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../../service-context.ts";
import { callerOf } from "../authenticate.ts";

/** `GET /corridors`: what this wallet can send, where, at which limits and fees. */
export function corridorRoutes(context: ServiceContext): Router {
  const router = Router();
  router
    .route("/corridors")
    .get((_request, response) => {
      const corridors = [...context.corridors.values()].filter(
        (corridor) => corridor.payer === callerOf(response),
      );
      response.json({ corridors });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  return router;
}
