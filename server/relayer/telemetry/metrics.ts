import { collectDefaultMetrics, Registry } from "prom-client";
import type { GasPort } from "../ports/gas.ts";
import type { PositionPort } from "../ports/positions.ts";
import type { ServiceContext } from "../service-context.ts";
import { addChainMetrics } from "./chain-metrics.ts";
import { databaseStatements, statementTimes } from "./database-metrics.ts";
import { addFlowMetrics, confirmationTimes } from "./flow-metrics.ts";
import { httpCalls } from "./http-calls.ts";
import { requestTimes } from "./http-metrics.ts";
import { addOversightMetrics } from "./oversight-metrics.ts";
import { addPositionMetrics } from "./position-metrics.ts";
import { createReadings } from "./readings.ts";

/** Gauges of Node's that are named as counters are: promtool refuses them, and counts by type are there beside them. */
const MISNAMED = ["handles", "requests", "resources"].map((each) => `nodejs_active_${each}_total`);

/** The relayer's metrics, as Prometheus reads them. */
export interface Metrics {
  readonly contentType: string;
  /** Everything as of now, in the text format. */
  text(): Promise<string>;
}

/** The relayer's Prometheus metrics. Labels hold states, stages, routes and companies, never a transfer or a person. */
export function createMetrics(context: ServiceContext, node: PositionPort & GasPort): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  for (const metric of [databaseStatements, statementTimes, requestTimes, confirmationTimes]) {
    registry.registerMetric(metric);
  }
  registry.registerMetric(httpCalls);
  const readings = createReadings(registry, context.log);
  addFlowMetrics(context, readings);
  addChainMetrics(context, node, readings);
  addPositionMetrics(context, node, readings);
  addOversightMetrics(context, readings);
  return {
    contentType: registry.contentType,
    async text() {
      await readings.refresh();
      return registry.metrics();
    },
  };
}
