import { Router } from "express";
import { uuidSchema } from "../../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { Pages } from "../../../foundation/pages/create-pages.ts";
import type { PositionPort } from "../../ports/positions.ts";
import type { ServiceContext } from "../../service-context.ts";
import { readAttention } from "../../services/read-attention.ts";
import { readCases } from "../../services/read-oversight.ts";
import { readConfirmation, readLastHour, readQueues } from "../../services/read-performance.ts";
import { toItems } from "../attention-items.ts";
import { showPage, showPart } from "../show-page.ts";

/** What needs somebody, and how the rail is doing; a case with its facts. */
export function overviewRoutes(
  context: ServiceContext,
  positions: PositionPort,
  pages: Pages,
): Router {
  async function read() {
    const attention = await readAttention(context, positions);
    const { stages } = await readQueues(context);
    return {
      at: new Date(),
      items: toItems(attention),
      chain: attention.chain,
      confirmation: await readConfirmation(context),
      waiting: stages.reduce((sum, { count }) => sum + count, 0),
      lastHour: await readLastHour(context),
    };
  }

  const router = Router();
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  router
    .route("/")
    .get(async (_request, response) => {
      const data = await read();
      showPage(pages, response, { view: "overview", title: "Overview", room: "", data });
    })
    .all(refuseOthers);
  router
    .route("/parts/overview")
    .get(async (_request, response) => {
      showPart(pages, response, { view: "overview-now", data: await read() });
    })
    .all(refuseOthers);
  router
    .route("/cases/:id")
    .get(async (request, response) => {
      const id = uuidSchema.safeParse(request.params["id"]);
      const { cases } = await readCases(context);
      const found = cases.find((each) => id.success && each.id === id.data);
      if (!found) throw new ProblemError("not-found", "there is no case of this id");
      const data = { found };
      showPage(pages, response, { view: "case", title: `Case: ${found.kind}`, room: "", data });
    })
    .all(refuseOthers);
  return router;
}
