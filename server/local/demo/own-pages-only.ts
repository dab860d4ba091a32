import type { NextFunction, Request, Response } from "express";
import { ProblemError } from "../../foundation/http/problem-error.ts";

const OWN_HOSTS = new Set(["127.0.0.1", "localhost"]);

/**
 * Express middleware for a server that has no sign-in because it is this machine's alone: no page of another site can ask
 * it anything, under whatever name that site's address resolves to here.
 */
export function ownPagesOnly(request: Request, _response: Response, next: NextFunction): void {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const from = request.headers["sec-fetch-site"];
  const leads = request.method === "GET" && request.headers["sec-fetch-mode"] === "navigate";
  const own = from === undefined || from === "same-origin" || from === "none" || leads;
  if (!OWN_HOSTS.has(host) || !own) {
    throw new ProblemError("not-found", "this is for pages of this machine");
  }
  next();
}
