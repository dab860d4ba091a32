import type { Response } from "express";
import type { Page, Pages } from "../../foundation/pages/create-pages.ts";
import { formTokenOf } from "../services/console-sessions.ts";
import { assertSession } from "./guard.ts";
import * as words from "./words.ts";

/** What was done, told on the page that one is led back to. Names, so that no link can put words of its own there. */
export const NOTICES = {
  halted: "Halted. It stands in the audit log.",
  lifted: "Lifted. It stands in the audit log.",
  limited: "The day's bound is set.",
  unlimited: "The day's bound is lifted.",
  resolved: "The case is closed.",
  parked: "The batch is left alone until it is tried again.",
  retried: "Tried again now.",
  redelivered: "Sent again, under the same id.",
  revoked: "The key is ended, at every instance within a second.",
  saved: "The search is kept.",
  forgotten: "The search is forgotten.",
} as const;
export type Notice = keyof typeof NOTICES;

const NAVIGATION = [
  ["", "Overview"],
  ["/transfers", "Transfers"],
  ["/positions", "Positions"],
  ["/corridors", "Corridors"],
  ["/participants", "Participants"],
  ["/cycles", "Cycles"],
  ["/performance", "Performance"],
] as const;

/** What the room's templates find in `it`, whoever reads them. */
export const forEverybody = { words, navigation: NAVIGATION } as const;

export type Room = (typeof NAVIGATION)[number][0];

/** Answers a page of the signed-in part: with who reads it, what its forms carry, and what was just done. */
export function showPage(
  pages: Pages,
  response: Response,
  page: Pick<Page, "view" | "data" | "status"> & {
    readonly title: string;
    readonly room: Room;
  },
): void {
  const { view, title, room, status = 200 } = page;
  const session = assertSession(response);
  const notice = new URL(response.req.originalUrl, "http://console").searchParams.get("done");
  pages.send(response, {
    view,
    title: `${title} · Corridor console`,
    status,
    data: {
      ...page.data,
      ...forEverybody,
      title,
      room,
      operator: session.operator,
      role: session.role,
      mayAct: session.role === "operator",
      formToken: formTokenOf(session.token),
      notice: notice !== null && notice in NOTICES ? NOTICES[notice as Notice] : undefined,
    },
  });
}

/** A part of a page, which its script asks for again and again. */
export function showPart(
  pages: Pages,
  response: Response,
  { view, data }: Pick<Page, "view" | "data">,
): void {
  const session = assertSession(response);
  const mayAct = session.role === "operator";
  const formToken = formTokenOf(session.token);
  pages.sendPart(response, { view, data: { ...data, ...forEverybody, mayAct, formToken } });
}

/** Leads back to a page after something was done, so that loading it again does nothing twice. */
export function leadBack(response: Response, path: string, done: Notice): void {
  const url = new URL(`/console${path}`, "http://console");
  url.searchParams.set("done", done);
  response.redirect(303, `${url.pathname}${url.search}`);
}
