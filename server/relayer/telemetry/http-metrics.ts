import type { NextFunction, Request, Response } from "express";
import { Histogram } from "prom-client";

/** Requests by what answered them. Labels are routes as they are written, never addresses: those hold ids. */
export const requestTimes = new Histogram({
  name: "corridor_http_request_seconds",
  help: "Time of answers to requests, by interface, method, route and status",
  labelNames: ["interface", "method", "route", "status"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
  registers: [],
});

/** Where routers are mounted: an error leaves a router, and takes its mount path with it. */
const MOUNTS = ["/v1", "/console"];

function routeOf({ route, originalUrl }: Request): string {
  const path = (route as { path?: unknown } | undefined)?.path;
  if (typeof path !== "string") return "none";
  const mount = MOUNTS.find((each) => originalUrl === each || originalUrl.startsWith(`${each}/`));
  return `${mount ?? ""}${path}`;
}

/** Express middleware, before all others, that times every answer of an interface but streams. */
export function measureRequests(name: "relayer" | "operations") {
  return (request: Request, response: Response, next: NextFunction) => {
    const began = performance.now();
    response.once("finish", () => {
      if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
      const labels = {
        interface: name,
        method: request.method,
        route: routeOf(request),
        status: String(response.statusCode),
      };
      requestTimes.observe(labels, (performance.now() - began) / 1_000);
    });
    next();
  };
}
