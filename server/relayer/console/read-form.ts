import type { Request } from "express";
import { z } from "zod";
import { PageRefusal } from "./refusal.ts";

const LIMIT_BYTES = 16 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const wrong = (status: number, detail: string) =>
  new PageRefusal({ status, title: "The form cannot be read", detail });

/** A form's fields. One that stands twice is refused. @throws 400, 413, 415 */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  if (!FORM_TYPE.test(request.headers["content-type"] ?? "")) {
    throw wrong(415, "It must be sent as forms of pages are.");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LIMIT_BYTES) throw wrong(413, `It is over ${LIMIT_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString())) {
    if (fields.has(name)) throw wrong(400, `The field ${name} stands twice.`);
    fields.set(name, value);
  }
  return fields;
}

/** A form's fields by a schema; what does not fit is said in words. @throws 422 */
export function parseForm<T extends z.ZodType>(
  schema: T,
  fields: ReadonlyMap<string, string>,
): z.output<T> {
  const read = schema.safeParse(Object.fromEntries(fields));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const detail = `${issue?.path.join(" ") || "The form"}: ${issue?.message ?? "cannot be read"}`;
  throw new PageRefusal({ status: 422, title: "Something is missing or not in its form", detail });
}

/** Why an operator does what it does: it stands in the audit log. */
export const reasonSchema = z
  .string()
  .trim()
  .min(3, "say why, in a few words")
  .max(500, "at most 500 characters");
