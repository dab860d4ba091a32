import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Measured, Report, Trial } from "./measured.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
/** More points are not seen in a line of 640 pixels. */
const POINTS = 1_000;

/** Draws a chart as it stands, without a browser. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  return view.toSVG();
}

/** A label that says of which path it is. */
const labelOf = ({ name, path }: Measured) => (name.includes(path) ? name : `${name} (${path})`);

function shares(each: Measured) {
  const sorted = [...(each.samples ?? [])].sort((a, b) => a - b);
  const step = Math.max(1, Math.floor(sorted.length / POINTS));
  return sorted.flatMap((ms, index) =>
    index % step === 0 || index === sorted.length - 1
      ? [{ load: labelOf(each), seconds: ms / 1_000, share: (index + 1) / sorted.length }]
      : [],
  );
}

/** Confirmation time as a cumulative share, with the three seconds of 2018 as a line. */
export function drawCdf({ run, measured }: Report): Promise<string> {
  const text = { share: 0.1, seconds: 3, label: "3 s, 2018" };
  return toSvg({
    $schema: SCHEMA,
    width: 640,
    height: 320,
    background: "white",
    title: `Confirmation time, ${run}`,
    layer: [
      {
        data: { values: measured.flatMap(shares) },
        mark: { type: "line", interpolate: "step-after" },
        encoding: {
          x: { field: "seconds", type: "quantitative", title: "seconds" },
          y: {
            field: "share",
            type: "quantitative",
            title: "share of transfers",
            axis: { format: "%" },
          },
          color: { field: "load", type: "nominal", title: null, legend: { labelLimit: 320 } },
        },
      },
      {
        data: { values: [text] },
        mark: { type: "rule", color: "firebrick", strokeDash: [4, 4] },
        encoding: { x: { field: "seconds", type: "quantitative" } },
      },
      {
        data: { values: [text] },
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

/** From each state to the next, in the order of a transfer's life. */
function bars(each: Measured) {
  const ends = Object.entries(each.stages ?? {}).sort(([, a], [, b]) => a - b);
  return ends.slice(1).map(([state, end], index) => ({
    load: labelOf(each),
    stage: `${ends[index]?.[0]} → ${state}`,
    start: ends[index]?.[1] ?? 0,
    end,
    order: index,
  }));
}

/** Where the time goes: mean milliseconds between one state and the next. */
export function drawWaterfall({ run, measured }: Report): Promise<string> {
  return toSvg({
    $schema: SCHEMA,
    width: 640,
    background: "white",
    title: `Stages of a transfer, ${run}, mean milliseconds`,
    data: { values: measured.flatMap(bars) },
    mark: "bar",
    encoding: {
      row: {
        field: "load",
        type: "nominal",
        sort: null,
        title: null,
        header: { labelAngle: 0, labelAlign: "left" },
      },
      y: { field: "stage", type: "nominal", sort: { field: "order" }, title: null },
      x: { field: "start", type: "quantitative", title: "ms since accepted" },
      x2: { field: "end" },
    },
  });
}

/** What each rate of a search for the peak did to the confirmation time. */
export function drawThroughput(run: string, trials: readonly Trial[]): Promise<string> {
  const points = trials.flatMap(({ path, rate, perSecond, p50, p99, held }) =>
    [
      { percentile: "p50", seconds: p50 / 1_000 },
      { percentile: "p99", seconds: p99 / 1_000 },
    ].map((each) => ({
      ...each,
      load: `${path}, ${each.percentile}`,
      rate,
      perSecond,
      end: held ? "held" : "not held",
    })),
  );
  return toSvg({
    $schema: SCHEMA,
    width: 640,
    height: 320,
    background: "white",
    title: `Throughput against confirmation time, ${run}`,
    layer: [
      {
        data: { values: points.filter(({ seconds }) => Number.isFinite(seconds)) },
        mark: { type: "line", point: { filled: true, size: 50 } },
        encoding: {
          x: { field: "perSecond", type: "quantitative", title: "transfers credited per second" },
          y: { field: "seconds", type: "quantitative", title: "seconds" },
          color: { field: "load", type: "nominal", title: null },
          // The search goes up and down; the line goes up.
          order: { field: "rate", type: "quantitative" },
        },
      },
      {
        data: { values: [{ seconds: 3 }] },
        mark: { type: "rule", color: "firebrick", strokeDash: [4, 4] },
        encoding: { y: { field: "seconds", type: "quantitative" } },
      },
    ],
  });
}
