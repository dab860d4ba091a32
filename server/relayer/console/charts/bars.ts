import { scaleBand, scaleLinear } from "d3-scale";
import { PLOT } from "./curve.ts";

/** One bar, in the drawing's units. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bars, and what the highest stands for. */
export interface Bars {
  readonly bars: readonly Bar[];
  readonly top: number;
}

/** Counts as bars beside one another, the largest as high as there is room. */
export function drawBars(counts: readonly number[]): Bars {
  const top = Math.max(1, ...counts);
  const x = scaleBand(counts.keys(), [0, PLOT.width]).padding(0.15);
  const y = scaleLinear([0, top], [0, PLOT.height]);
  const round = (n: number) => Math.round(n * 10) / 10;
  const bars = counts.map((count, index) => ({
    x: round(x(index) ?? 0),
    y: round(PLOT.height - y(count)),
    width: round(x.bandwidth()),
    height: round(y(count)),
  }));
  return { bars, top };
}
