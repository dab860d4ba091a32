import type { AnswerHeader, RequestHeader } from "./interface.ts";

const text = (description: string) => ({ description, schema: { type: "string" } });

/** Request headers that mean something, as parameters. */
export const REQUEST_HEADERS: Readonly<Record<RequestHeader, object>> = {
  "Idempotency-Key": {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description:
      "The same for every repetition of one order: 1 to 255 printable characters, quoted as a structured field. Kept for ever.",
    schema: { type: "string", minLength: 1, maxLength: 257 },
    example: '"order-2018-06-25-0001"',
  },
  Prefer: {
    name: "Prefer",
    in: "header",
    required: false,
    description: "RFC 7240: `wait=3` holds the answer back for the outcome, for at most 30 s.",
    schema: { type: "string" },
    example: "wait=3",
  },
  "Last-Event-ID": {
    name: "Last-Event-ID",
    in: "header",
    required: false,
    description: "The id of the last event that was read: the stream goes on behind it.",
    schema: { type: "string", pattern: "^(0|[1-9][0-9]{0,17})$" },
  },
};

export const ANSWER_HEADERS: Readonly<Record<AnswerHeader | "Retry-After", object>> = {
  Location: text("Where what was made can be read"),
  "Idempotency-Replayed": text(
    "`true`: this order had been accepted before, and nothing was done again",
  ),
  "Retry-After": {
    description: "Seconds after which the same request may be sent again",
    schema: { type: "string", pattern: "^[0-9]+$" },
  },
};

/** draft-ietf-httpapi-ratelimit-headers-10. */
export const RATE_HEADERS = {
  "RateLimit-Policy": text(
    "Requests (q) in a window of seconds (w), by address and by participant",
  ),
  RateLimit: text("Requests that remain (r), and seconds until the window ends (t)"),
};
