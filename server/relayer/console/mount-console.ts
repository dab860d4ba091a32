import { type Express, type NextFunction, type Request, type Response, Router } from "express";
import type { Participants } from "../../../protocol/corridor.ts";
import { requestIdOf } from "../../foundation/http/create-app.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { createPages, type Pages } from "../../foundation/pages/create-pages.ts";
import type { PositionPort } from "../ports/positions.ts";
import type { SignInCodes } from "../ports/sign-in-codes.ts";
import type { ServiceContext } from "../service-context.ts";
import { assertOwnName, assertSession, findSession } from "./guard.ts";
import type { ConsoleOrigins } from "./origin.ts";
import { type Shown, toShown } from "./refusal.ts";
import { actRoutes } from "./routes/acts.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { roomRoutes } from "./routes/rooms.ts";
import { showSignIn, signInRoutes } from "./routes/sign-in.ts";
import { transferRoutes } from "./routes/transfer.ts";
import { transferListRoutes } from "./routes/transfers.ts";

/** What the console is made of, beside the services. */
export interface ConsoleParts {
  readonly directory: Participants;
  readonly positions: PositionPort;
  readonly codes: SignInCodes;
  readonly origins: ConsoleOrigins;
}

const PATH = "/console";
const isPart = (request: Request) => request.path.startsWith("/parts/");

/** The page, or the part of one, that a refusal is told on; where a session is missing, the one that asks for it. */
function showRefusal(pages: Pages, request: Request, response: Response, shown: Shown): void {
  const { status } = shown;
  if (isPart(request)) {
    if (status === 401) response.setHeader("HX-Refresh", "true");
    pages.sendPart(response, { view: "part-error", status, data: { shown } });
  } else if (status === 401) {
    const back = request.method === "GET" ? request.originalUrl.slice(PATH.length) : "";
    showSignIn(pages, response, { status, back });
  } else {
    const data = { shown, requestId: requestIdOf(response) };
    pages.send(response, { view: "error", title: shown.title, status, data });
  }
}

/** Refusals and failures as pages, never as anybody's stack. */
function answerAsPage({ log }: ServiceContext, pages: Pages) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const shown = toShown(error);
    const requestId = requestIdOf(response);
    if (shown.status === 500) log.error({ requestId, err: error }, "request failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (shown.retryAfterSeconds !== undefined) {
      response.setHeader("Retry-After", String(shown.retryAfterSeconds));
    }
    showRefusal(pages, request, response, shown);
  };
}

/** The operators' console, below /console of the operations port. */
export function mountConsole(app: Express, context: ServiceContext, parts: ConsoleParts): void {
  const pages = createPages({
    path: PATH,
    views: new URL("./views/", import.meta.url),
    styles: [new URL("./console.css", import.meta.url)],
    scripts: [new URL("./browser/console.ts", import.meta.url)],
    laterScripts: [new URL("./browser/verify-transfer.ts", import.meta.url)],
    htmx: true,
  });
  pages.mountAssets(app);
  const router = Router();
  router.use(assertOwnName(parts.origins));
  router.use(findSession(context));
  router.use(signInRoutes(context, parts.codes, pages));
  router.use((_request, response, next) => {
    assertSession(response);
    next();
  });
  router.use(overviewRoutes(context, parts.positions, pages));
  router.use(transferListRoutes(context, pages));
  router.use(transferRoutes(context, pages));
  router.use(roomRoutes(context, parts, pages));
  router.use(actRoutes(context, parts.directory));
  router.use(() => {
    throw new ProblemError("not-found", "there is no page at this address");
  });
  router.use(answerAsPage(context, pages));
  app.use(PATH, router);
}
