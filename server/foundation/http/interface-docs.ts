import type { Express } from "express";
import type { OpenApiDocument } from "../../../protocol/openapi/build-document.ts";
import { refuseOtherMethods } from "./refuse-method.ts";
import { renderPage } from "./render-docs.ts";

/** Nothing on the page comes from anywhere else, so that it works offline and tells nobody who reads it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * `/openapi.json`, and the same as a page at `/docs`: for anybody who can reach the interface. Whoever opens the address
 * alone in a browser is led to `home`.
 */
export function mountDocs(app: Express, document: OpenApiDocument, home = "/docs"): void {
  const json = JSON.stringify(document);
  let page: string | undefined;
  const refuseOthers = refuseOtherMethods("GET", "HEAD");
  app
    .route("/")
    .get((_request, response) => {
      response.redirect(303, home);
    })
    .all(refuseOthers);
  app
    .route("/openapi.json")
    .get((_request, response) => {
      response.type("application/json").send(json);
    })
    .all(refuseOthers);
  app
    .route("/docs")
    .get((_request, response) => {
      page ??= renderPage(document);
      response.setHeader("Content-Security-Policy", POLICY);
      response.type("text/html").send(page);
    })
    .all(refuseOthers);
}
