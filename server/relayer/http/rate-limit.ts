import { isIPv6 } from "node:net";
import type { NextFunction, Request, Response } from "express";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { ProblemError } from "../../foundation/http/problem-error.ts";

/** Requests that one caller may make in each window. Each instance counts for itself. */
export interface RateLimit {
  readonly requests: number;
  readonly windowSeconds: number;
}

/** IPv6 hands whole networks of 2^64 addresses to one customer: they count as one caller. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/**
 * Express middleware that refuses what comes too often (429, Retry-After), and tells every caller how it stands in the
 * fields of draft-ietf-httpapi-ratelimit-headers-10. `keyOf` names who is counted.
 */
export function limitRate(
  name: string,
  { requests, windowSeconds }: RateLimit,
  keyOf: (request: Request, response: Response) => string,
) {
  const limiter = new RateLimiterMemory({ points: requests, duration: windowSeconds });
  const policy = `"${name}";q=${requests};w=${windowSeconds}`;
  return async (request: Request, response: Response, next: NextFunction) => {
    const counted = await limiter.consume(keyOf(request, response)).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const seconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1_000));
    response.append("RateLimit-Policy", policy);
    response.append("RateLimit", `"${name}";r=${counted.remainingPoints};t=${seconds}`);
    if (counted.consumedPoints <= requests) {
      next();
      return;
    }
    throw new ProblemError("rate-limited", `more than ${requests} requests in ${windowSeconds} s`, {
      remedy: "send fewer, or put many transfers into one batch",
      retryAfterSeconds: seconds,
    });
  };
}
