import { toSvg } from "../measure/report/draw.ts";
import type { Compared } from "./against.ts";
import type { Prediction } from "./predict.ts";

const COLOR = { field: "percentile", type: "nominal", title: null } as const;
const SECONDS = 1_000;
/** Above it a curve has left what anybody would call seconds. */
const MOST_SECONDS = 4;
const PERCENTILES = ["p50", "p95", "p99"] as const;

type Times = Readonly<Record<(typeof PERCENTILES)[number], number>>;

/** One row for each percentile that still has a time to show. */
const rowsOf = (kind: string, rate: number, times: Times) =>
  PERCENTILES.filter((percentile) => Number.isFinite(times[percentile])).map((percentile) => ({
    kind,
    rate,
    percentile,
    seconds: times[percentile] / SECONDS,
  }));

const only = (kind: string) => [{ filter: `datum.kind === '${kind}'` }];

/**
 * Throughput against confirmation time. Lines: predicted alone on the machine. Points: measured. Rings: predicted beside
 * the others that were on the machine when it was measured. Dashed: 3 s.
 */
export function drawCurve(
  title: string,
  {
    predictions,
    compared,
  }: { readonly predictions: readonly Prediction[]; readonly compared: readonly Compared[] },
): Promise<string> {
  const values = [
    ...predictions.flatMap((each) => rowsOf("alone", each.rate, each)),
    ...compared.flatMap(({ measured: { rate, latencies }, predicted }) => [
      ...rowsOf("measured", rate, latencies),
      ...rowsOf("beside", rate, predicted),
    ]),
  ];
  return toSvg({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 640,
    height: 320,
    background: "white",
    title: {
      text: title,
      subtitle: "lines: predicted alone; points: measured; rings: predicted beside the same others",
    },
    data: { values },
    encoding: {
      x: { field: "rate", type: "quantitative", title: "transfers offered per second" },
      y: {
        field: "seconds",
        type: "quantitative",
        title: "confirmation time, seconds",
        scale: { domain: [0, MOST_SECONDS], clamp: true },
      },
    },
    layer: [
      { transform: only("alone"), mark: "line", encoding: { color: COLOR } },
      {
        transform: only("measured"),
        mark: { type: "point", filled: true, size: 70 },
        encoding: { color: COLOR },
      },
      {
        transform: only("beside"),
        mark: { type: "point", filled: false, size: 110 },
        encoding: { color: COLOR },
      },
      {
        data: { values: [{ seconds: 3 }] },
        mark: { type: "rule", color: "firebrick", strokeDash: [4, 4] },
        encoding: { y: { field: "seconds", type: "quantitative" } },
      },
    ],
  });
}
