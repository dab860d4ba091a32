import type { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../../../protocol/wire/problem-catalogue.ts";
import { ProblemError } from "./problem-error.ts";

type Issue = z.core.$ZodIssue;

function codeOf(issue: Issue, missing: boolean): ProblemCode {
  const stated = "params" in issue ? issue.params?.["code"] : undefined;
  if (typeof stated === "string" && stated in PROBLEMS) return stated as ProblemCode;
  if (issue.code === "unrecognized_keys") return "unknown-field";
  return missing ? "field-missing" : "field-format";
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) current = (current as Record<PropertyKey, unknown> | undefined)?.[key];
  return current;
}

function pointerOf(issue: Issue): string {
  const path =
    issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  return path.map((key) => `/${String(key).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

/** Reads a value with a wire schema; the first issue becomes a problem that points at its field. */
export function validate<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (!issue) throw new ProblemError("field-format", "the body is not in the expected form");
  const pointer = pointerOf(issue);
  const missing = valueAt(value, issue.path) === undefined;
  throw new ProblemError(codeOf(issue, missing), `${pointer || "the body"}: ${issue.message}`, {
    pointer,
    remedy: missing ? "add the field" : "send the field in the form that the schema states",
  });
}
