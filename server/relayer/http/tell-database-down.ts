import type { NextFunction, Request, Response } from "express";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import { isDatabaseUnavailable } from "../../foundation/storage/database-errors.ts";

/** Express error handler. A database that cannot be asked is nobody's mistake: the caller may send the same again. */
export function tellDatabaseDown(
  error: unknown,
  _: Request,
  __: Response,
  next: NextFunction,
): void {
  const detail = "nothing is known to be stored; the same request may be sent again";
  const problem = { cause: error, retryAfterSeconds: 2 };
  const told = isDatabaseUnavailable(error)
    ? new ProblemError("database-unavailable", detail, problem)
    : error;
  next(told);
}
