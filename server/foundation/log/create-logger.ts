import { pino } from "pino";

export type Logger = pino.Logger;

/** What must never reach a log, wherever in an object it stands. */
const SECRETS = [
  "signature",
  "authorization",
  "privateKey",
  "salt",
  "details",
  "name",
  "account",
  "value",
];

/** What a reader that has stopped reading may leave unwritten; lines beyond it are lost, so that memory is not. */
const UNWRITTEN_BYTES = 1_048_576;

/**
 * A structured logger on standard error. Call sites log ids and codes only; the redaction is the second
 * line of defence against personal data and secrets.
 */
export function createLogger(service: string, level = "info"): Logger {
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino(
    {
      base: { service },
      level,
      redact: { paths, censor: "[redacted]" },
      serializers: { err: describeError },
    },
    pino.destination({ dest: 2, sync: false, maxLength: UNWRITTEN_BYTES }),
  );
}

/** Where it was thrown. A message may have lines of its own, and stands before. */
const placesOf = ({ stack = "" }: Error) =>
  stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 5);

/** An error's class, code and place, without its message, which may quote what a caller sent. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    ...(typeof code === "string" && { code }),
    stack: placesOf(error).join("\n"),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
