import { type Request, Router } from "express";
import { uetrSchema } from "../../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { Pages } from "../../../foundation/pages/create-pages.ts";
import type { ServiceContext } from "../../service-context.ts";
import {
  readEvidence,
  readWholeTransfer,
  revealDetails,
  type TransferKey,
} from "../../services/read-whole-transfer.ts";
import { drawWaterfall } from "../charts/waterfall.ts";
import { assertSession, readOrder } from "../guard.ts";
import { showPage } from "../show-page.ts";

function readKey(request: Request): TransferKey {
  const { participant, uetr: text } = request.params;
  const uetr = uetrSchema.safeParse(text);
  if (uetr.success) return { participantId: participant as never, uetr: uetr.data };
  throw new ProblemError("not-found", "there is no transfer of this id");
}

/** One transfer whole; its evidence, for the page's own script to check; its payment details, by an act. */
export function transferRoutes(context: ServiceContext, pages: Pages): Router {
  const router = Router();
  router
    .route("/transfers/:participant/:uetr")
    .get(async (request, response) => {
      assertSession(response);
      const whole = await readWholeTransfer(context, readKey(request));
      const data = { ...whole, waterfall: drawWaterfall(whole.transfer.timeline) };
      const title = `Transfer ${whole.transfer.uetr}`;
      showPage(pages, response, { view: "transfer", title, room: "/transfers", data });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/transfers/:participant/:uetr/evidence")
    .get(async (request, response) => {
      assertSession(response);
      response.json(await readEvidence(context, readKey(request)));
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/transfers/:participant/:uetr/details")
    .post(async (request, response) => {
      const { order } = await readOrder(request, response);
      const key = readKey(request);
      const details = await revealDetails(context, key, order);
      const data = { details, participant: key.participantId, uetr: key.uetr };
      const title = "Payment details";
      showPage(pages, response, { view: "details", title, room: "/transfers", data });
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
