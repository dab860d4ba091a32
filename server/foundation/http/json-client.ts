import { Agent, request } from "undici";
import type { z } from "zod";
import { problemSchema } from "../../../protocol/wire/problem.ts";
import { PROBLEMS, type ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";
import { ProblemError } from "./problem-error.ts";

/** A connection to one outside party's HTTP API. */
export interface JsonClient extends AsyncDisposable {
  /**
   * Sends a request and reads the answer with a schema. Throws the party's own problem when it answers with one,
   * and `unavailable` when there is no usable answer: then the outcome is unknown and the same request, with the
   * same id, may be sent again.
   */
  call<T extends z.ZodType>(call: {
    readonly method: "GET" | "POST" | "PUT";
    readonly path: string;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
    readonly answer: T;
    readonly timeoutMs?: number;
  }): Promise<z.output<T>>;
}

export interface JsonClientOptions {
  readonly baseUrl: string;
  /** What a missing or unusable answer is called. */
  readonly unavailable: ProblemCode;
  readonly timeoutMs: number;
  /** Keep-alive connections to the party. */
  readonly connections?: number;
}

/** Who we are and how often we ask is between us and the party: whoever asks us is told no such thing of itself. */
const ABOUT_THE_ASKER: readonly number[] = [401, 403, 429];

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** A client that treats every answer as if it came from a stranger: its size, type and form are checked. */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  // Counted as it comes: an answer need not say beforehand how long it is.
  const agent = new Agent({
    connections: options.connections ?? 32,
    pipelining: 1,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const unavailable = (cause: unknown) =>
    new ProblemError(options.unavailable, "there was no usable answer", { cause });

  async function send(call: Parameters<JsonClient["call"]>[0]): Promise<[number, unknown]> {
    const timeout = call.timeoutMs ?? options.timeoutMs;
    try {
      const response = await request(new URL(call.path, options.baseUrl), {
        dispatcher: agent,
        method: call.method,
        headers: {
          accept: "application/json",
          ...(call.body !== undefined && { "content-type": "application/json" }),
          ...call.headers,
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.timeout(timeout),
      });
      return [response.statusCode, await response.body.json()];
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    async call(call) {
      const [status, body] = await send(call);
      if (status < 400) {
        const answer = call.answer.safeParse(body);
        if (answer.success) return answer.data;
        throw unavailable(answer.error);
      }
      const problem = problemSchema.safeParse(body);
      if (!problem.success || !(problem.data.code in PROBLEMS)) throw unavailable(status);
      const { code, detail, pointer, remedy } = problem.data;
      if (ABOUT_THE_ASKER.includes(PROBLEMS[code as ProblemCode].status)) throw unavailable(code);
      throw new ProblemError(code as ProblemCode, detail, {
        ...(pointer !== undefined && { pointer }),
        ...(remedy !== undefined && { remedy }),
      });
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}
