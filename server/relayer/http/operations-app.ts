import type { Express, NextFunction, Request, Response } from "express";
import { buildDocument } from "../../../protocol/openapi/build-document.ts";
import { OPERATIONS } from "../../../protocol/openapi/operations.ts";
import { createApp } from "../../foundation/http/create-app.ts";
import { mountDocs } from "../../foundation/http/interface-docs.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { refuseOtherMethods } from "../../foundation/http/refuse-method.ts";
import { type ConsoleParts, mountConsole } from "../console/mount-console.ts";
import type { ServiceContext } from "../service-context.ts";
import { checkReadiness } from "../services/check-readiness.ts";
import { measureRequests } from "../telemetry/http-metrics.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { batchActRoutes, keyActRoutes, limitRoutes } from "./routes/acts.ts";
import { bookRoutes } from "./routes/books.ts";
import { oversightRoutes } from "./routes/oversight.ts";
import { tellDatabaseDown } from "./tell-database-down.ts";

/**
 * The acts of this interface are for programs, and ask for no session. A page that a browser was led to (its name made to
 * lead here) says where it comes from when it sends something: only the console's own pages send anything, to the console.
 */
function refusePages({ method, headers, path }: Request, _: Response, next: NextFunction): void {
  const reads = method === "GET" || method === "HEAD";
  if (reads || headers.origin === undefined || path.startsWith("/console/")) {
    next();
    return;
  }
  throw new ProblemError("not-found", "pages have nothing to send to this interface", {
    remedy: "use the console",
  });
}

/**
 * Health, metrics, the whole books, halts, cases, what operators do, and their console, on a port of its own: operators see
 * it, wallets do not.
 */
export function createOperationsApp(
  context: ServiceContext,
  parts: { readonly metrics: Metrics; readonly console: ConsoleParts },
): Express {
  const { metrics } = parts;
  return createApp(context.log, (app) => {
    app.use(measureRequests("operations"));
    app.use(refusePages);
    mountDocs(app, buildDocument(OPERATIONS), "/console");
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
        response.type(metrics.contentType).send(await metrics.text());
      })
      .all(refuseOthers);
    app.use(bookRoutes(context, () => undefined));
    app.use(oversightRoutes(context));
    app.use(batchActRoutes(context));
    app.use(limitRoutes(context));
    app.use(keyActRoutes(context, parts.console.directory));
    mountConsole(app, context, parts.console);
    app.use(tellDatabaseDown);
  });
}
