import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { ServiceContext } from "../service-context.ts";
import { countByStage, countByState } from "../store/counts.ts";
import { httpCalls } from "./http-calls.ts";
import { addOversightMetrics } from "./oversight-metrics.ts";

/** Counts the statements that the relayer sends to its database. */
export const databaseStatements = new Counter({
  name: "corridor_database_statements_total",
  help: "Statements sent to the database",
  registers: [],
});

/** The relayer's Prometheus metrics. Labels hold states and stages only, never an id or a name. */
export function createMetrics(context: ServiceContext): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(databaseStatements);
  registry.registerMetric(httpCalls);
  new Gauge({
    name: "corridor_transfers",
    help: "Transfers by state",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      for (const { state, count } of await countByState(context.db)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: "corridor_queue_batches",
    help: "Batches waiting by stage",
    labelNames: ["stage"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const row of await countByStage(context.db)) this.set({ stage: row.stage }, row.count);
    },
  });
  new Gauge({
    name: "corridor_queue_age_seconds",
    help: "Age of the oldest batch that is due, by stage",
    labelNames: ["stage"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const row of await countByStage(context.db)) {
        this.set({ stage: row.stage }, row.oldestSeconds);
      }
    },
  });
  new Gauge({
    name: "corridor_chain_final_block",
    help: "Number of the newest final block on the relayer's node",
    registers: [registry],
    async collect() {
      this.set((await context.chain.finalBlock()).number);
    },
  });
  addOversightMetrics(context, registry);
  return registry;
}
