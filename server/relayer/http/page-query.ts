import type { Request } from "express";
import { z } from "zod";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Page } from "../services/read-books.ts";

const LIMIT = 1_000;
const USUAL_LIMIT = 200;

const schema = z.strictObject({
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,17})$/)
    .transform(BigInt)
    .optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .refine((limit) => limit <= LIMIT)
    .optional(),
});

/** Reads `after` and `limit` of a list that only ever grows at its end. */
export function readPage(request: Request): Page {
  const query = schema.safeParse(request.query);
  if (!query.success) {
    throw new ProblemError("query", `the query takes after (a number) and limit (1 to ${LIMIT})`);
  }
  return { after: query.data.after ?? 0n, limit: query.data.limit ?? USUAL_LIMIT };
}
