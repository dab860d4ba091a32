import type { Interface, Operation } from "../../../protocol/openapi/interface.ts";
import type { Draw } from "./draw.ts";
import { mutateBody, mutateText } from "./mutate.ts";

/** A request that was made up; `base` is added by whoever sends it. */
export interface MadeRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];
const TYPES = [
  "text/plain",
  "application/json; charset=utf-16",
  "application/xml",
  "",
  "application/json;x=1",
];
const QUERIES = [
  "limit=0",
  "limit=1",
  "limit=1&limit=2",
  "a[b]=1",
  "after=-1",
  "cursor=x",
  "state=paid",
  "after=5",
  "from=now",
  "%ff",
];
const KEYS = ['""', "a b", "é", "x".repeat(300), "one, two", '"'];
const ACCEPTS = ["text/html", "*/*", "application/x-ndjson", "image/png"];

function headersOf(draw: Draw, operation: Operation): Record<string, string> {
  const headers: Record<string, string> = {};
  if (operation.body) headers["content-type"] = "application/json";
  if (operation.headers?.includes("Idempotency-Key"))
    headers["idempotency-key"] = `"${draw.uuid()}"`;
  if (draw.chance(0.85)) return headers;
  switch (draw.below(5)) {
    case 0:
      headers["content-type"] = draw.one(TYPES);
      break;
    case 1:
      delete headers["content-type"];
      break;
    case 2:
      headers["idempotency-key"] = draw.one(KEYS);
      break;
    case 3:
      headers["content-encoding"] = draw.one(["gzip", "br", "identity"]);
      break;
    default:
      headers["accept"] = draw.one(ACCEPTS);
  }
  return headers;
}

/** Makes one request up: an operation as it is described, then changed here and there. */
export function makeRequest(
  draw: Draw,
  { operations }: Interface,
  { good, bodies }: MadeFrom,
): MadeRequest {
  const operation = draw.one(operations);
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
    mutateText(draw, good[name] ?? ["x"]),
  );
  const query = draw.chance(operation.query ? 0.6 : 0.05) ? `?${draw.one(QUERIES)}` : "";
  const method = draw.chance(0.95) ? operation.method.toUpperCase() : draw.one(METHODS);
  const carries = operation.body && !["GET", "HEAD"].includes(method);
  const example = bodies[operation.id] ?? operation.body?.example;
  return {
    operation,
    method,
    path: `${filled}${query}`,
    headers: headersOf(draw, operation),
    ...(carries && { body: mutateBody(draw, example) }),
  };
}

export interface MadeFrom {
  /** Values of the right form for parameters in paths, by their names. */
  readonly good: Readonly<Record<string, readonly string[]>>;
  /** Bodies to begin from, by operation, in place of the published examples. */
  readonly bodies: Readonly<Record<string, unknown>>;
}
