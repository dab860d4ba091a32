import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Response, Router } from "express";
import { z } from "zod";
import { TRANSFER_STATES } from "../../../../protocol/transfer-state.ts";
import { refuseOtherMethods } from "../../../foundation/http/refuse-method.ts";
import type { Pages } from "../../../foundation/pages/create-pages.ts";
import type { ServiceContext } from "../../service-context.ts";
import { exportTransfers } from "../../services/export-transfers.ts";
import { forgetSearch, readSavedSearches, saveSearch } from "../../services/saved-searches.ts";
import { findTransfers, STATE_SEARCH_DAYS } from "../../services/search-transfers.ts";
import { assertSession, readOwnForm } from "../guard.ts";
import { parseForm } from "../read-form.ts";
import { type ReadSearch, readSearch } from "../read-search.ts";
import { leadBack, showPage } from "../show-page.ts";

const PAGE = 50;
const name = z.string().trim().min(1, "give it a name").max(40, "at most 40 characters");
const query = z.string().max(1_000);
const saveSchema = z.strictObject({ name, query });
const forgetSchema = z.strictObject({ name });

/** Everybody's transfers: looked for, kept as searches, and taken away as a file. */
export function transferListRoutes(context: ServiceContext, pages: Pages): Router {
  async function show(response: Response, search: ReadSearch): Promise<void> {
    const { operator } = assertSession(response);
    const page = { cursor: search.cursor, limit: PAGE };
    const found = await findTransfers(context, search.order, page);
    const more = new URLSearchParams({ ...search.typed, cursor: found.next ?? "" }).toString();
    const payers = [...new Set([...context.corridors.values()].map(({ payer }) => payer))];
    showPage(pages, response, {
      view: "transfers",
      title: "Transfers",
      room: "/transfers",
      data: {
        ...search,
        transfers: found.transfers,
        ...(found.next !== undefined && { more }),
        saved: await readSavedSearches(context, operator),
        states: TRANSFER_STATES,
        payers,
        stateDays: STATE_SEARCH_DAYS,
      },
    });
  }

  const router = Router();
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  router
    .route("/transfers")
    .get((request, response) => show(response, readSearch(request)))
    .all(refuseOthers);
  router
    .route("/transfers.csv")
    .get(async (request, response) => {
      assertSession(response);
      const { order } = readSearch(request);
      response.attachment("transfers.csv").type("text/csv; charset=utf-8");
      await pipeline(Readable.from(exportTransfers(context, order)), response);
    })
    .all(refuseOthers);
  router
    .route("/searches")
    .post(async (request, response) => {
      const { session, fields } = await readOwnForm(request, response);
      const search = parseForm(saveSchema, fields);
      const query = new URLSearchParams(search.query).toString();
      await saveSearch(context, session.operator, { ...search, query });
      leadBack(response, `/transfers?${query}`, "saved");
    })
    .all(refuseOtherMethods("POST"));
  router
    .route("/searches/forget")
    .post(async (request, response) => {
      const { session, fields } = await readOwnForm(request, response);
      await forgetSearch(context, session.operator, parseForm(forgetSchema, fields).name);
      leadBack(response, "/transfers", "forgotten");
    })
    .all(refuseOtherMethods("POST"));
  return router;
}
