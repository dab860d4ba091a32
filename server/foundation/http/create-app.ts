import { randomUUID } from "node:crypto";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { PROBLEMS } from "../../../protocol/wire/problem-catalogue.ts";
import type { Logger } from "../log/create-logger.ts";
import { ProblemError, toProblem, toProblemError } from "./problem-error.ts";

/** The id of a request: in its answer's header, its problem document and the log. */
export function requestIdOf(response: Response): string {
  return String(response.locals["requestId"]);
}

function nameRequest(_request: Request, response: Response, next: NextFunction): void {
  response.locals["requestId"] = randomUUID();
  response.setHeader("X-Request-Id", requestIdOf(response));
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-store");
  next();
}

/** Express throws its own errors for paths it cannot decode; to the caller that is a wrong address. */
export function fromExpress(error: unknown): unknown {
  const status = (error as { status?: unknown } | null)?.status;
  return status === 400 && !(error instanceof ProblemError)
    ? new ProblemError("not-found", "the address cannot be read")
    : error;
}

function answerProblems(log: Logger) {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const problem = toProblemError(fromExpress(error));
    const { status } = PROBLEMS[problem.code];
    const requestId = requestIdOf(response);
    if (status === 500) log.error({ requestId, err: problem.cause }, "request failed");
    else log.debug({ requestId, code: problem.code }, "request refused");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (PROBLEMS[problem.code].retryable) {
      response.setHeader("Retry-After", String(problem.context.retryAfterSeconds ?? 1));
    }
    response.status(status).type("application/problem+json");
    response.send(JSON.stringify(toProblem(problem, requestId)));
  };
}

/**
 * An Express app with what every service of the rail answers alike: a request id, problem documents for
 * every refusal and failure, and never a stack or HTML.
 */
export function createApp(log: Logger, mount: (app: Express) => void): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", "simple");
  app.use(nameRequest);
  mount(app);
  app.use(() => {
    throw new ProblemError("not-found", "there is nothing at this address");
  });
  app.use(answerProblems(log));
  return app;
}
