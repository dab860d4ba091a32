import type { Request, Response } from "express";
import { ProblemError } from "./problem-error.ts";

/** The last handler of a route: every method that it does not have is answered 405, with what it has. */
export function refuseOtherMethods(...allowed: readonly string[]) {
  return (_request: Request, response: Response): never => {
    response.setHeader("Allow", allowed.join(", "));
    throw new ProblemError("method-not-allowed", `use ${allowed.join(" or ")}`);
  };
}
