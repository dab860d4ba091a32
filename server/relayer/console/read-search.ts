import type { Request } from "express";
import { z } from "zod";
import { TRANSFER_STATES } from "../../../protocol/transfer-state.ts";
import type { SearchOrder } from "../services/search-transfers.ts";
import { PageRefusal } from "./refusal.ts";

/** What `<input type="datetime-local">` sends; it is read as UTC, as everything here is shown. */
const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, "a time like 2026-11-28T13:25")
  .transform((text) => new Date(`${text}Z`));

const searchSchema = z.strictObject({
  q: z.string().trim().max(100).optional(),
  participant: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .max(40)
    .optional(),
  state: z.enum(TRANSFER_STATES).optional(),
  from: time.optional(),
  to: time.optional(),
  cursor: z.string().max(100).optional(),
  done: z.string().max(20).optional(),
});

/** A search as its address holds it: what was asked, to be asked again, and the same as the service takes it. */
export interface ReadSearch {
  readonly order: SearchOrder;
  readonly cursor?: string;
  /** The fields as they were typed. */
  readonly typed: Readonly<Record<string, string>>;
  /** The search's query, without the page. */
  readonly query: string;
}

/** Reads a search out of an address; fields that were left empty were not asked for. @throws 400 */
export function readSearch(request: Request): ReadSearch {
  const given = Object.entries(request.query).filter(([, value]) => value !== "");
  const read = searchSchema.safeParse(Object.fromEntries(given));
  if (!read.success) {
    const [issue] = read.error.issues;
    const detail = `${issue?.path.join(" ") ?? ""}: ${issue?.message ?? "cannot be read"}`;
    throw new PageRefusal({ status: 400, title: "This cannot be looked for", detail });
  }
  const { q: text, participant, state, from, to, cursor } = read.data;
  const typed = Object.fromEntries(
    given.filter(([name]) => name !== "cursor" && name !== "done"),
  ) as Record<string, string>;
  return {
    order: { text, participant, state, from, to },
    ...(cursor !== undefined && { cursor }),
    typed,
    query: new URLSearchParams(typed).toString(),
  };
}
