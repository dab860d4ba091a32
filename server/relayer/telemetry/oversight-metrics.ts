import { Gauge, type Registry } from "prom-client";
import type { ServiceContext } from "../service-context.ts";
import { countOversight } from "../store/oversight-counts.ts";

/** Gauges of what needs people and of what waits to leave; each alarm of docs/runbook.md is one of these. */
export function addOversightMetrics(context: ServiceContext, registry: Registry): void {
  const registers = [registry];
  const cases = new Gauge({
    name: "corridor_cases_open",
    help: "Open cases by kind",
    labelNames: ["kind"],
    registers,
  });
  const webhooks = new Gauge({
    name: "corridor_webhook_deliveries",
    help: "Webhook deliveries that are pending or dead",
    labelNames: ["state"],
    registers,
  });
  const outbox = new Gauge({
    name: "corridor_audit_outbox",
    help: "Steps and acts that are not in the audit log yet",
    registers,
  });
  const inFlight = new Gauge({
    name: "corridor_chain_transactions_in_flight",
    help: "Chain transactions that no final block has shown, by lane",
    labelNames: ["lane"],
    registers,
  });
  new Gauge({
    name: "corridor_halted",
    help: "1 for each scope that is halted",
    labelNames: ["scope"],
    registers,
    // One reading fills all five: they are shown as of the same moment.
    async collect() {
      const counts = await countOversight(context.db);
      this.reset();
      for (const { scope } of counts.halts) this.set({ scope }, 1);
      cases.reset();
      for (const { kind, count } of counts.cases) cases.set({ kind }, count);
      webhooks.reset();
      for (const { state, count } of counts.webhooks) webhooks.set({ state }, count);
      inFlight.reset();
      for (const { lane, count } of counts.inFlight) inFlight.set({ lane }, count);
      outbox.set(counts.outbox);
    },
  });
}
