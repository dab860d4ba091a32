import { type Problem, problemSchema } from "../../protocol/wire/problem.ts";

/** The relayer refused or failed, and said why. */
export class RelayerProblem extends Error {
  readonly problem: Problem;
  /** How long the relayer asks to be left alone for, in seconds, if it said so. */
  readonly retryAfterSeconds?: number;
  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "RelayerProblem";
    this.problem = problem;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** There was no usable answer: the outcome is unknown, and the same request may be sent again. */
export class RelayerUnreachable extends Error {
  constructor(cause: unknown) {
    super("the relayer gave no usable answer", { cause });
    this.name = "RelayerUnreachable";
  }
}

/** Retry-After (RFC 9110, 10.2.3) in its form of seconds; its other form, a date, is left alone. */
function readRetryAfter(header: string | null | undefined): number | undefined {
  return header && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** What a refusal throws: the relayer's own problem, or `RelayerUnreachable` when the body is none. */
export function refusalOf(
  status: number,
  body: unknown,
  retryAfter?: string | null,
): RelayerProblem | RelayerUnreachable {
  const problem = problemSchema.safeParse(body);
  return problem.success
    ? new RelayerProblem(problem.data, readRetryAfter(retryAfter))
    : new RelayerUnreachable(status);
}
