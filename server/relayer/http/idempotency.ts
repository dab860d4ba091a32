import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { type Committable, canonicalJson } from "../../../protocol/commitment.ts";
import { writePlainJson } from "../../../protocol/plain-json.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Caller } from "../services/store-orders.ts";
import { admissionOf, callerOf } from "./authenticate.ts";

const MAX_LENGTH = 255;

const QUOTED = /^"([\x20\x21\x23-\x7e]*)"$/;
/** Without quotes a comma would be two headers that something on the way has made one of. */
const BARE = /^[\x21\x23-\x2b\x2d-\x7e]+$/;

/** The header is a structured-field string: quoted. A bare token is taken too, as most clients send one. */
function readKey(request: Request): string {
  const values = request.headersDistinct["idempotency-key"] ?? [];
  const [value = ""] = values;
  const key = QUOTED.exec(value)?.[1] ?? BARE.exec(value)?.[0] ?? "";
  if (values.length === 1 && key !== "" && key.length <= MAX_LENGTH) return key;
  throw new ProblemError("idempotency-key", "exactly one Idempotency-Key is needed", {
    remedy: `send Idempotency-Key with 1 to ${MAX_LENGTH} printable characters, new for each request`,
  });
}

/** JSON numbers have one written form each once parsed, so that they hash alike as text. */
function withoutNumbers(value: unknown): Committable {
  return JSON.parse(
    JSON.stringify(value, (_, inner) => (typeof inner === "number" ? `${inner}` : inner)),
  );
}

/** Who asks, under which key, and the hash that tells a repetition from another request. */
export function readCaller(request: Request, response: Response): Caller {
  const body =
    writePlainJson(request.body, "as-text") ?? canonicalJson(withoutNumbers(request.body));
  const hash = createHash("sha256").update(`${request.method} ${request.path}\n${body}`);
  return {
    participantId: callerOf(response),
    admission: admissionOf(response),
    idempotencyKey: readKey(request),
    requestHash: hash.digest("hex"),
  };
}
