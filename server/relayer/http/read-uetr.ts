import type { Request } from "express";
import { type Uetr, uetrSchema } from "../../../protocol/wire/primitives.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** The transfer that a path names; `id-format` for what is no lower-case UUID v4. */
export function readUetr(request: Request): Uetr {
  const uetr = uetrSchema.safeParse(request.params["uetr"]);
  if (uetr.success) return uetr.data;
  throw new ProblemError("id-format", "a transfer's id is a lower-case UUID v4");
}
