import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Report } from "./report.ts";

async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  return view.toSVG();
}

/** Confirmation time as a cumulative share, with the three seconds of 2018 as a line. */
export function drawCdf({ ours, run, blockTimeMs }: Report): Promise<string> {
  const sorted = [...ours.samples].sort((a, b) => a - b);
  const points = sorted.map((ms, index) => ({
    seconds: ms / 1_000,
    share: (index + 1) / sorted.length,
  }));
  return toSvg({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 640,
    height: 320,
    background: "white",
    title: `Confirmation time, ${run}, ${blockTimeMs === 0 ? "blocks at once" : `blocks of ${blockTimeMs} ms`}`,
    layer: [
      {
        data: { values: points },
        mark: { type: "line", interpolate: "step-after" },
        encoding: {
          x: { field: "seconds", type: "quantitative", title: "seconds" },
          y: {
            field: "share",
            type: "quantitative",
            title: "share of transfers",
            axis: { format: "%" },
          },
        },
      },
      {
        data: { values: [{ seconds: 3, label: "3 s, 2018" }] },
        mark: { type: "rule", color: "firebrick", strokeDash: [4, 4] },
        encoding: { x: { field: "seconds", type: "quantitative" } },
      },
      {
        data: { values: [{ seconds: 3, share: 0.1, label: "3 s, 2018" }] },
        mark: { type: "text", align: "right", dx: -4, color: "firebrick" },
        encoding: {
          x: { field: "seconds", type: "quantitative" },
          y: { field: "share", type: "quantitative" },
          text: { field: "label" },
        },
      },
    ],
  });
}

/** Where the time goes: mean milliseconds between one state and the next. */
export function drawWaterfall({ ours, run }: Report): Promise<string> {
  const ends = Object.entries(ours.stages).sort(([, a], [, b]) => a - b);
  const bars = ends.slice(1).map(([state, end], index) => ({
    stage: `${ends[index]?.[0]} → ${state}`,
    start: ends[index]?.[1] ?? 0,
    end,
    order: index,
  }));
  return toSvg({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 640,
    height: 140,
    background: "white",
    title: `Stages of a transfer, ${run}, mean milliseconds`,
    data: { values: bars },
    mark: "bar",
    encoding: {
      y: { field: "stage", type: "nominal", sort: { field: "order" }, title: null },
      x: { field: "start", type: "quantitative", title: "ms since accepted" },
      x2: { field: "end" },
    },
  });
}
