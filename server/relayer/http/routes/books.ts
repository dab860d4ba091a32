import { type Response, Router } from "express";
import type { ParticipantId } from "../../../../protocol/corridor.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../../service-context.ts";
import { readAudit, readAuditHead, readBalances, readJournal } from "../../services/read-books.ts";
import { readPage } from "../page-query.ts";

/** `GET /ledger/entries`, `/ledger/accounts`, `/audit`, `/audit/head`: of whoever reads, or of all for an operator. */
export function bookRoutes(
  context: ServiceContext,
  readerOf: (response: Response) => ParticipantId | undefined,
): Router {
  const router = Router();
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  router
    .route("/ledger/entries")
    .get(async (request, response) => {
      response.json(await readJournal(context, readPage(request), readerOf(response)));
    })
    .all(refuseOthers);
  router
    .route("/ledger/accounts")
    .get(async (_request, response) => {
      response.json(await readBalances(context, readerOf(response)));
    })
    .all(refuseOthers);
  router
    .route("/audit")
    .get(async (request, response) => {
      response.json(await readAudit(context, readPage(request), readerOf(response)));
    })
    .all(refuseOthers);
  router
    .route("/audit/head")
    .get(async (_request, response) => {
      response.json(await readAuditHead(context));
    })
    .all(refuseOthers);
  return router;
}
