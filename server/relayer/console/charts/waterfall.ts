import { scaleLinear } from "d3-scale";
import type { WireTransfer } from "../../../../protocol/wire/relayer.ts";

/** One step of a transfer: what was waited for, from when to when, in parts of the whole. */
export interface WaterfallRow {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly reason?: string;
  readonly ms: number;
  readonly elapsedMs: number;
  /** On a scale of 0 to 1000. */
  readonly x: number;
  readonly width: number;
}

const WIDTH = 1_000;
/** A step that took next to no time is still to be seen. */
const LEAST = 4;

/** A transfer's steps after its acceptance, each beginning where the one before ended. */
export function drawWaterfall(timeline: WireTransfer["timeline"]): readonly WaterfallRow[] {
  const whole = Math.max(1, timeline.at(-1)?.elapsedMs ?? 0);
  const x = scaleLinear([0, whole], [0, WIDTH]);
  return timeline.slice(1).map((step, index) => {
    const before = timeline[index] ?? step;
    const start = Math.min(x(before.elapsedMs), WIDTH - LEAST);
    return {
      from: before.state,
      to: step.state,
      at: step.at,
      ...(step.reason !== undefined && { reason: step.reason }),
      ms: step.elapsedMs - before.elapsedMs,
      elapsedMs: step.elapsedMs,
      x: Math.round(start * 10) / 10,
      width: Math.round(Math.max(LEAST, x(step.elapsedMs) - start) * 10) / 10,
    };
  });
}
