import type { NextFunction, Request, Response } from "express";
import { assertPlainText } from "../../../protocol/text.ts";
import { ProblemError } from "./problem-error.ts";
import { isParsedWhole, MAX_DEPTH, scanJson } from "./scan-json.ts";

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Refuses everything that two parsers could read differently before anything is parsed. */
function assertHeaders(request: Request): void {
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
    throw new ProblemError("unsupported-media-type", "the body must be application/json in UTF-8", {
      remedy: "send Content-Type: application/json",
    });
  }
  if (request.headers["content-encoding"] !== undefined) {
    throw new ProblemError("unsupported-media-type", "a Content-Encoding is not accepted");
  }
}

async function readBody(request: Request, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limitBytes) {
      throw new ProblemError("body-too-large", `the body is over ${limitBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProblemError("invalid-utf8", "the body is not valid UTF-8");
  }
}

/** JSON of printable ASCII without escapes: none of its strings needs a look. */
const SIMPLE = /^[\t\n\r\x20-\x5b\x5d-\x7e]*$/;

/** Refuses every string, wherever it stands, that two parties could read differently; see protocol/text.ts. */
function assertPlainStrings(value: unknown, pointer: string): void {
  if (typeof value === "string" && value !== "") {
    assertPlainText(value, pointer);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = `${pointer}/${key.replace(/~/g, "~0").replace(/\//g, "~1")}`;
      if (!Array.isArray(value)) assertPlainText(key, pointer || "/");
      assertPlainStrings(inner, at);
    }
  }
}

/** Parses a body strictly: an object, no duplicate or prototype keys, of at most `maxDepth` levels, plain text throughout. */
export function parseStrictJson(text: string, maxDepth = MAX_DEPTH): Record<string, unknown> {
  if (text.trim() === "") throw new ProblemError("body-required", "the request has no body");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    scanJson(text, maxDepth);
    throw new ProblemError("malformed-json", "the body is not valid JSON");
  }
  if (!isParsedWhole(text, value, maxDepth)) scanJson(text, maxDepth);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProblemError("body-not-object", "the body must be a JSON object");
  }
  if (!SIMPLE.test(text)) assertPlainStrings(value, "");
  return value as Record<string, unknown>;
}

/** Judges a body's bytes before they are parsed; throws. */
export type BodyCheck = (body: Buffer) => void;

const CHECK = "bodyCheck";

/** Whoever reads this request's body lets it be judged first: its digest was signed before it came. */
export function checkBody(response: Response, check: BodyCheck): void {
  response.locals[CHECK] = check;
}

/** Express middleware that sets `request.body` from a strict JSON body of at most `limitBytes` and `maxDepth` levels. */
export function strictJson(limitBytes: number, maxDepth = MAX_DEPTH) {
  return async (request: Request, response: Response, next: NextFunction) => {
    assertHeaders(request);
    const body = await readBody(request, limitBytes);
    (response.locals[CHECK] as BodyCheck | undefined)?.(body);
    request.body = parseStrictJson(decode(body), maxDepth);
    next();
  };
}
