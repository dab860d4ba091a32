import type { Express } from "express";
import type { Registry } from "prom-client";
import type { Participants } from "../../../protocol/corridor.ts";
import { buildDocument } from "../../../protocol/openapi/build-document.ts";
import { OPERATIONS } from "../../../protocol/openapi/operations.ts";
import { createApp } from "../../foundation/http/create-app.ts";
import { mountDocs } from "../../foundation/http/interface-docs.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import type { ServiceContext } from "../service-context.ts";
import { checkReadiness } from "../services/check-readiness.ts";
import { batchActRoutes, keyActRoutes, limitRoutes } from "./routes/acts.ts";
import { bookRoutes } from "./routes/books.ts";
import { oversightRoutes } from "./routes/oversight.ts";

/** Health, metrics, the whole books, halts, cases, and what operators do, on a port of their own: operators see it, wallets do not. */
export function createOperationsApp(
  context: ServiceContext,
  { metrics, directory }: { readonly metrics: Registry; readonly directory: Participants },
): Express {
  return createApp(context.log, (app) => {
    mountDocs(app, buildDocument(OPERATIONS));
    const refuseOthers = refuseOtherMethods("GET", "HEAD");
    app
      .route("/healthz")
      .get((_request, response) => {
        response.json({ status: "ok" });
      })
      .all(refuseOthers);
    app
      .route("/readyz")
      .get(async (_request, response) => {
        const readiness = await checkReadiness(context);
        response.status(readiness.ready ? 200 : 503).json(readiness);
      })
      .all(refuseOthers);
    app
      .route("/metrics")
      .get(async (_request, response) => {
        response.type(metrics.contentType).send(await metrics.metrics());
      })
      .all(refuseOthers);
    app.use(bookRoutes(context, () => undefined));
    app.use(oversightRoutes(context));
    app.use(batchActRoutes(context));
    app.use(limitRoutes(context));
    app.use(keyActRoutes(context, directory));
  });
}
