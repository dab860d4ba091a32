import { type Response, Router } from "express";
import type { ParticipantId } from "../../../../protocol/corridor.ts";
import type { ServiceContext } from "../../service-context.ts";
import { readAudit, readAuditHead, readBalances, readJournal } from "../../services/read-books.ts";
import { readPage } from "../page-query.ts";

/** `GET /ledger/entries`, `/ledger/accounts`, `/audit`, `/audit/head`: of whoever reads, or of all for an operator. */
export function bookRoutes(
  context: ServiceContext,
  readerOf: (response: Response) => ParticipantId | undefined,
): Router {
  const router = Router();
  router.get("/ledger/entries", async (request, response) => {
    response.json(await readJournal(context, readPage(request), readerOf(response)));
  });
  router.get("/ledger/accounts", async (_request, response) => {
    response.json(await readBalances(context, readerOf(response)));
  });
  router.get("/audit", async (request, response) => {
    response.json(await readAudit(context, readPage(request), readerOf(response)));
  });
  router.get("/audit/head", async (_request, response) => {
    response.json(await readAuditHead(context));
  });
  return router;
}
