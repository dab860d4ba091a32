import { type Problem, problemSchema } from "../protocol/wire/problem.ts";

/** The relayer refused or failed, and said why. */
export class RelayerProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "RelayerProblem";
    this.problem = problem;
  }
}

/** There was no usable answer: the outcome is unknown, and the same request may be sent again. */
export class RelayerUnreachable extends Error {
  constructor(cause: unknown) {
    super("the relayer gave no usable answer", { cause });
    this.name = "RelayerUnreachable";
  }
}

/** What a refusal throws: the relayer's own problem, or `RelayerUnreachable` when the body is none. */
export function refusalOf(status: number, body: unknown): RelayerProblem | RelayerUnreachable {
  const problem = problemSchema.safeParse(body);
  return problem.success ? new RelayerProblem(problem.data) : new RelayerUnreachable(status);
}
