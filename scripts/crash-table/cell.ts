import type { Crash, CrashPoint } from "./points.ts";

/** One crash, tried once. */
export interface CellPlan {
  readonly point: CrashPoint;
  readonly crash: Crash;
  /** Which repetition, from 0. */
  readonly repetition: number;
  /** Which relayer it happens to. */
  readonly victim: number;
  /** The how manieth time that the point is reached. */
  readonly atHit: number;
}

/** What came of it. */
export interface CellResult {
  readonly hit: boolean;
  readonly violations: readonly string[];
  /** From the crash, or from the moment when what was gone was back, until nothing was under way any more. */
  readonly recoveredMs?: number;
}

/** How long a process that is to lose its database stays where it is, so that the loss meets it there. */
const PINNED_MS = 2_500;

/** The failpoint that makes a crash: the database goes while the process is held at the point. */
export function failpointOf({ point, crash, atHit }: CellPlan): string {
  const act = crash === "database" ? `sleep=${PINNED_MS}` : crash;
  return `${point.name}:${act}:${atHit}`;
}

/** What the process writes when it has come there. */
export const hitMark = ({ point }: CellPlan) => `failpoint ${point.name}:`;
