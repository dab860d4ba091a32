import { ProtocolError } from "../../protocol/errors.ts";
import { PROBLEMS, type ProblemCode } from "../../protocol/wire/problem-catalogue.ts";
import { RelayerProblem, RelayerUnreachable } from "../api/relayer-problem.ts";
import { ChainRefused, ChainUnreachable } from "../chain/chain-reader.ts";

/** What can go wrong on the caller's own side of the wire, beside the catalogue of the rail's APIs. */
export const CLIENT_PROBLEMS = {
  "relayer-unreachable": { title: "The relayer gave no usable answer", retryable: true },
  "contract-refused": { title: "The contract refused the call", retryable: false },
  "webhook-invalid": {
    title: "The webhook is not signed by this endpoint's secret",
    retryable: false,
  },
  unrecognised: {
    title: "The relayer named an error that this version does not know",
    retryable: false,
  },
} as const satisfies Record<string, { title: string; retryable: boolean }>;

/** Every code that a call of this package can fail with. */
export type ErrorCode = ProblemCode | keyof typeof CLIENT_PROBLEMS;

/** What is known of an error beside its code. */
export interface ErrorFacts {
  readonly retryable?: boolean;
  /** RFC 6901 pointer to the field at fault. */
  readonly pointer?: string | undefined;
  /** What the caller can do about it. */
  readonly remedy?: string | undefined;
  /** How long to leave the relayer alone for. */
  readonly retryAfterSeconds?: number | undefined;
  /** The request's id at the relayer, to ask its operator about. */
  readonly instance?: string | undefined;
  readonly cause?: unknown;
}

const titleOf = (code: ErrorCode) =>
  code in PROBLEMS
    ? PROBLEMS[code as ProblemCode]
    : CLIENT_PROBLEMS[code as keyof typeof CLIENT_PROBLEMS];

/**
 * The one error of this package's client, and what `toCorridorError` makes of those of its other parts. `code` is stable,
 * for programs; `message` is for engineers, and may be logged: it names no person. `retryable` says whether the same call
 * may succeed later without change.
 */
export class CorridorError extends Error {
  override readonly name = "CorridorError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly pointer?: string;
  readonly remedy?: string;
  readonly retryAfterSeconds?: number;
  readonly instance?: string;

  constructor(code: ErrorCode, detail: string, facts: ErrorFacts = {}) {
    super(`${code}: ${detail}`, { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? titleOf(code).retryable;
    if (facts.pointer !== undefined) this.pointer = facts.pointer;
    if (facts.remedy !== undefined) this.remedy = facts.remedy;
    if (facts.retryAfterSeconds !== undefined) this.retryAfterSeconds = facts.retryAfterSeconds;
    if (facts.instance !== undefined) this.instance = facts.instance;
  }
}

function ofRelayer({ problem, retryAfterSeconds }: RelayerProblem): CorridorError {
  const { code, detail, pointer, remedy, retryable, instance } = problem;
  const known = code in PROBLEMS;
  return new CorridorError(known ? (code as ProblemCode) : "unrecognised", detail, {
    retryable,
    pointer,
    remedy,
    instance,
    retryAfterSeconds,
    cause: known ? undefined : problem,
  });
}

const asPointer = (field: string | undefined) =>
  field === undefined || field.startsWith("/") ? field : `/${field}`;

/** Anything thrown by the parts of this package as its one error. What is none of ours is passed on as it is. */
export function toCorridorError(error: unknown): unknown {
  if (error instanceof RelayerProblem) return ofRelayer(error);
  if (error instanceof RelayerUnreachable) {
    return new CorridorError("relayer-unreachable", error.message, { cause: error });
  }
  if (error instanceof ProtocolError) {
    const { code, message, field, remedy } = error;
    return new CorridorError(code, message, { pointer: asPointer(field), remedy, cause: error });
  }
  if (error instanceof ChainUnreachable) {
    return new CorridorError("chain-unavailable", error.message, { cause: error });
  }
  if (error instanceof ChainRefused) {
    return new CorridorError("contract-refused", error.reason, { cause: error });
  }
  return error;
}

/** Runs a call of this package, and throws its one error in place of its parts'. */
export async function withCorridorErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toCorridorError(error);
  }
}
