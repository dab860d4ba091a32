import type { Response } from "express";

/**
 * What a page may do: what this server gives it, and nothing else. No script or style stands in the page itself, nothing
 * is evaluated, nobody frames it. `connectTo` are further origins that its scripts may ask.
 */
export function contentSecurityPolicy(connectTo: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...connectTo].join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The headers of every page and of every part of one. */
export function setPageHeaders(response: Response, connectTo?: readonly string[]): void {
  response.setHeader("Content-Security-Policy", contentSecurityPolicy(connectTo));
  // With "no-referrer" a browser would not say of a form which origin it comes from.
  response.setHeader("Referrer-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-store");
}
