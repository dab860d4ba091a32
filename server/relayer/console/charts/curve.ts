import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { CurvePoint } from "../../services/read-performance.ts";

/** Drawn in these units and stretched to whatever room there is; lines keep their width. */
export const PLOT = { width: 1_000, height: 400 } as const;
/** What the first such transfer took in 2018, and what nobody should wait longer for. */
export const GOAL_SECONDS = 3;

/** A curve with its axes, in the drawing's units. */
export interface Curve {
  readonly path: string;
  /** Where the goal stands. */
  readonly goalX: number;
  readonly xTicks: readonly string[];
  readonly yTicks: readonly string[];
}

/** The share of transfers confirmed within a time, as a path; times far beyond nearly all of them are cut off. */
export function drawCurve(points: readonly CurvePoint[], nearlyAll: number): Curve {
  const most = Math.max(GOAL_SECONDS * 1.25, nearlyAll * 1.1);
  const x = scaleLinear([0, most], [0, PLOT.width]).nice(5);
  const [, end = most] = x.domain();
  const y = scaleLinear([0, 1], [PLOT.height, 0]);
  const shown = [{ seconds: 0, share: 0 }, ...points.filter(({ seconds }) => seconds <= end)];
  const draw = line<CurvePoint>(
    ({ seconds }) => Math.round(x(seconds) * 10) / 10,
    ({ share }) => Math.round(y(share) * 10) / 10,
  );
  return {
    path: draw(shown) ?? "",
    goalX: x(GOAL_SECONDS),
    xTicks: x.ticks(5).map((tick) => `${tick} s`),
    yTicks: ["100 %", "75 %", "50 %", "25 %", "0 %"],
  };
}
