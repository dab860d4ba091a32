import type { Request } from "express";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** An id out of a request's path. @throws ProblemError `id-format` unless it has the given form. */
export function pathId(request: Request, name: string, form: RegExp): string {
  const id = request.params[name];
  if (typeof id === "string" && form.test(id)) return id;
  throw new ProblemError("id-format", `the ${name} in the path is not in its canonical form`);
}

/** 32 bytes in lower-case hex. */
export const BYTES32 = /^0x[0-9a-f]{64}$/;
