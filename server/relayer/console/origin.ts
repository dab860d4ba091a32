import type { Request, Response } from "express";
import { PageRefusal } from "./refusal.ts";

/** Where the console may be called by: its own machine's names, and the origins that the operator has configured. */
export interface ConsoleOrigins {
  /** Where the operations port listens. */
  readonly host: string;
  /** Further origins, such as "https://console.example": what a proxy with TLS is called by. */
  readonly origins: readonly string[];
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The one of the console's own origins that a request came to. A page of somebody else's whose name was made to lead
 * here (DNS rebinding) comes with its own name in Host, and gets nothing. @throws 421
 */
export function ownOrigin(request: Request, { host, origins }: ConsoleOrigins): string {
  const port = request.socket.localPort;
  const local = [...LOOPBACK, host].map((name) => `http://${name}:${port}`);
  const found = [...local, ...origins].find(
    (origin) => new URL(origin).host === request.headers.host?.toLowerCase(),
  );
  if (found !== undefined) return found;
  throw new PageRefusal({
    status: 421,
    title: "Not under this name",
    detail: "The console answers to its own addresses alone.",
    remedy: "Open it by the address that it was started with, or name this one in CONSOLE_ORIGINS.",
  });
}

/** Whether TLS stands in front of the console under an origin. */
export const isSecure = (origin: string): boolean => origin.startsWith("https:");

/** Refuses what a page of another origin sends: every browser says where a form came from. @throws 403 */
export function assertOwnForm(request: Request, own: string): void {
  if (request.headers.origin === own) return;
  throw new PageRefusal({
    status: 403,
    title: "Not from this console",
    detail: "The form was sent by a page of another origin, or by none.",
    remedy: "Open the console by its own address, and send the form again.",
  });
}

const ORIGIN = "consoleOrigin";

/** Remembers by which of its origins the console was called. */
export const keepOrigin = (response: Response, origin: string): void => {
  response.locals[ORIGIN] = origin;
};

/** The origin that the request came to. */
export const originOf = (response: Response): string => String(response.locals[ORIGIN]);
