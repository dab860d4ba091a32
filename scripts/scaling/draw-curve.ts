import { toSvg } from "../measure/report/draw.ts";
import type { Compared } from "./against.ts";
import type { Prediction } from "./predict.ts";

const COLOR = {
  field: "percentile",
  type: "nominal",
  title: "line: predicted, point: measured",
} as const;
const SECONDS = 1_000;
/** Above it a curve has left what anybody would call seconds. */
const MOST_SECONDS = 4;

/** Rows of a predicted curve that still have a time to show. */
const linesOf = (predictions: readonly Prediction[]) =>
  predictions.flatMap(({ rate, p50, p95, p99 }) =>
    Object.entries({ p50, p95, p99 })
      .filter(([, ms]) => Number.isFinite(ms))
      .map(([percentile, ms]) => ({ kind: "predicted", rate, percentile, seconds: ms / SECONDS })),
  );

const pointsOf = (compared: readonly Compared[]) =>
  compared.flatMap(({ measured: { rate, latencies } }) =>
    (["p50", "p95", "p99"] as const).map((percentile) => ({
      kind: "measured",
      rate,
      percentile,
      seconds: latencies[percentile] / SECONDS,
    })),
  );

/** Throughput against confirmation time: lines are predicted, points were measured, the dashed line is 3 s. */
export function drawCurve(
  title: string,
  {
    predictions,
    compared,
  }: { readonly predictions: readonly Prediction[]; readonly compared: readonly Compared[] },
): Promise<string> {
  return toSvg({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 640,
    height: 320,
    background: "white",
    title,
    data: { values: [...linesOf(predictions), ...pointsOf(compared)] },
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
      {
        transform: [{ filter: "datum.kind === 'predicted'" }],
        mark: "line",
        encoding: { color: COLOR },
      },
      {
        transform: [{ filter: "datum.kind === 'measured'" }],
        mark: { type: "point", filled: true, size: 70 },
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
