import type { Request } from "express";
import { z } from "zod";
import { ProblemError } from "../../foundation/http/problem-error.ts";

const querySchema = z.strictObject({
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,14})$/)
    .default("0")
    .transform(Number),
});

/** Where the page begins that a request asks for. @throws ProblemError `query` for anything else in the query. */
export function pageOf(request: Request): { readonly after: number } {
  const query = querySchema.safeParse(request.query);
  if (query.success) return query.data;
  throw new ProblemError("query", "the one query parameter is after, the next of the page before");
}
