import type { NextFunction, Request, Response } from "express";
import { z } from "zod";
import { setPageHeaders } from "../../foundation/pages/page-headers.ts";
import type { ServiceContext } from "../service-context.ts";
import { isFormToken, readSession, type SessionHolder } from "../services/console-sessions.ts";
import type { Order } from "../services/halts.ts";
import {
  assertOwnForm,
  type ConsoleOrigins,
  isSecure,
  keepOrigin,
  originOf,
  ownOrigin,
} from "./origin.ts";
import { parseForm, readForm, reasonSchema } from "./read-form.ts";
import { PageRefusal } from "./refusal.ts";
import { dropToken, readToken } from "./session-cookie.ts";

const orderSchema = z.strictObject({ reason: reasonSchema });
const SESSION = "consoleSession";
const YEAR_SECONDS = 31_536_000;

/** Who reads a page, by the session that its request carries. */
export interface Session extends SessionHolder {
  readonly token: string;
}

/** Every answer carries a page's headers, whatever it turns out to be; the request came to one of our own names. */
export function assertOwnName(origins: ConsoleOrigins) {
  return (request: Request, response: Response, next: NextFunction) => {
    setPageHeaders(response);
    const origin = ownOrigin(request, origins);
    keepOrigin(response, origin);
    if (isSecure(origin)) {
      response.setHeader("Strict-Transport-Security", `max-age=${YEAR_SECONDS}`);
    }
    next();
  };
}

/** Finds out who asks. A cookie whose session has ended is taken back. */
export function findSession(context: ServiceContext) {
  return async (request: Request, response: Response, next: NextFunction) => {
    const token = readToken(request, response);
    if (token !== undefined) {
      const holder = await readSession(context, token);
      if (holder) response.locals[SESSION] = { ...holder, token } satisfies Session;
      else dropToken(response);
    }
    next();
  };
}

/** The session of whoever asks, if there is one. */
export const sessionOf = (response: Response): Session | undefined => response.locals[SESSION];

/** The session that a page is for. @throws 401 */
export function assertSession(response: Response): Session {
  const session = sessionOf(response);
  if (session) return session;
  throw new PageRefusal({
    status: 401,
    title: "Please sign in",
    detail: "There is no session, or it has ended.",
  });
}

/**
 * Reads a form of a page of this session: sent from our own origin, with what only its pages know.
 * @throws 401, 403, and what `readForm` throws.
 */
export async function readOwnForm(
  request: Request,
  response: Response,
): Promise<{ readonly session: Session; readonly fields: ReadonlyMap<string, string> }> {
  assertOwnForm(request, originOf(response));
  const session = assertSession(response);
  const fields = new Map(await readForm(request));
  const given = fields.get("form_token") ?? "";
  fields.delete("form_token");
  if (isFormToken(session.token, given)) return { session, fields };
  throw new PageRefusal({
    status: 403,
    title: "The form is not of this session",
    detail: "You have signed in anew since the page was opened.",
    remedy: "Go back, load the page again, and send the form once more.",
  });
}

/**
 * Reads a form that does something to the rail: from an operator, with a reason. What else it holds is left.
 * @throws 403 for a viewer, 422 without a reason, and what `readOwnForm` throws.
 */
export async function readOrder(
  request: Request,
  response: Response,
): Promise<{ readonly order: Order; readonly fields: ReadonlyMap<string, string> }> {
  const { session, fields } = await readOwnForm(request, response);
  if (session.role !== "operator") {
    throw new PageRefusal({
      status: 403,
      title: "Viewers look, operators act",
      detail: "Your session may look at everything and change nothing.",
      remedy: "Sign in with a code that was made with --role operator.",
    });
  }
  const { reason, ...rest } = Object.fromEntries(fields);
  const order = parseForm(orderSchema, new Map(Object.entries({ reason: reason ?? "" })));
  return {
    order: { by: session.operator, reason: order.reason },
    fields: new Map(Object.entries(rest)),
  };
}
