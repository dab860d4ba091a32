import { subscribe } from "node:diagnostics_channel";
import { Counter } from "prom-client";

/** Counts the HTTP requests that this process answers and makes, JSON-RPC to the chain's node included. */
export const httpCalls = new Counter({
  name: "corridor_http_requests_total",
  help: "HTTP requests answered and made",
  labelNames: ["direction"],
  registers: [],
});

// Node's own server, its own client, and undici tell of each request; their names are documented and stable.
subscribe("http.server.request.start", () => httpCalls.inc({ direction: "served" }));
subscribe("http.client.request.start", () => httpCalls.inc({ direction: "made" }));
subscribe("undici:request:create", () => httpCalls.inc({ direction: "made" }));
