import type { Request } from "express";

const MAX_WAIT_SECONDS = 30;

/** RFC 7240: how long the caller would like to wait for the outcome, in milliseconds. */
export function readWait(request: Request): number {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*(\d{1,3})/.exec(request.get("prefer") ?? "") ?? [];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1_000;
}
