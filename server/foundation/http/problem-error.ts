import { ProtocolError } from "../../../protocol/errors.ts";
import type { Problem } from "../../../protocol/wire/problem.ts";
import { PROBLEMS, type ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";

export interface ProblemContext {
  /** RFC 6901 pointer to the field at fault. */
  readonly pointer?: string;
  /** What the caller can do about it. */
  readonly remedy?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error of the catalogue: what an API answers, or what a service met on its way. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly context: ProblemContext;

  constructor(code: ProblemCode, detail: string, context: ProblemContext = {}) {
    super(detail, { cause: context.cause });
    this.name = "ProblemError";
    this.code = code;
    this.context = context;
  }

  get retryable(): boolean {
    return PROBLEMS[this.code].retryable;
  }
}

const asPointer = (field: string) => (field.startsWith("/") ? field : `/${field}`);

/** Any thrown value as a catalogue error; what is not ours becomes `internal`, without its text. */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ProtocolError) {
    return new ProblemError(error.code, error.message, {
      ...(error.field !== undefined && { pointer: asPointer(error.field) }),
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
  }
  return new ProblemError("internal", "the request could not be completed", { cause: error });
}

/** The RFC 9457 document for an error. `instance` is the request's id. */
export function toProblem(error: ProblemError, instance: string): Problem {
  const { title, status, retryable } = PROBLEMS[error.code];
  return {
    type: `https://corridor.example/problems/${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    instance,
    ...(error.context.pointer !== undefined && { pointer: error.context.pointer }),
    ...(error.context.remedy !== undefined && { remedy: error.context.remedy }),
    retryable,
  };
}
