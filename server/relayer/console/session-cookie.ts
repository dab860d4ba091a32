import type { Request, Response } from "express";
import { isSecure, originOf } from "./origin.ts";

/**
 * Behind TLS the cookie is bound to its host by its name. Without TLS, on one machine, cookies do not tell ports apart:
 * there the name holds the port, so that two relayers' consoles do not sign each other out.
 */
function cookieName(response: Response): string {
  const origin = originOf(response);
  return isSecure(origin) ? "__Host-corridor" : `corridor_${new URL(origin).port}`;
}

function write(response: Response, value: string, more: string): void {
  const secure = isSecure(originOf(response)) ? "; Secure" : "";
  const cookie = `${cookieName(response)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${more}`;
  response.setHeader("Set-Cookie", cookie);
}

/** The session's token that a request carries, if any; the first one, should there be two. */
export function readToken(request: Request, response: Response): string | undefined {
  const name = `${cookieName(response)}=`;
  const cookies = (request.headers.cookie ?? "").split(/;\s*/);
  return cookies.find((cookie) => cookie.startsWith(name))?.slice(name.length);
}

/** For as long as the browser runs: how long it counts, the server decides. */
export const giveToken = (response: Response, token: string): void => write(response, token, "");

/** Takes the cookie back. */
export const dropToken = (response: Response): void => write(response, "", "; Max-Age=0");
