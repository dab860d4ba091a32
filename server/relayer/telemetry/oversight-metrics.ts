import type { ServiceContext } from "../service-context.ts";
import { countOversight } from "../store/oversight-counts.ts";
import { CASE_KINDS } from "../store/tables/oversight.ts";
import type { Readings } from "./readings.ts";

/** Gauges of what needs people and of what waits to leave; each alarm of docs/runbook.md is one of these. */
export function addOversightMetrics({ db }: ServiceContext, readings: Readings): void {
  readings.add(
    "oversight",
    {
      corridor_cases_open: { help: "Open cases by kind", labels: ["kind"] },
      corridor_reconciliation_breaks: {
        help: "Open cases of books that differ",
      },
      corridor_webhook_deliveries: {
        help: "Webhook deliveries that are pending or dead",
        labels: ["state"],
      },
      corridor_webhook_oldest_seconds: { help: "Age of the oldest pending webhook delivery" },
      corridor_audit_outbox: { help: "Steps and acts that are not in the audit log yet" },
      corridor_halted: { help: "1 for each scope that is halted", labels: ["scope"] },
    },
    async () => {
      const counts = await countOversight(db);
      const open = (kind: string) => counts.cases.find((each) => each.kind === kind)?.count ?? 0;
      const waiting = (state: string) =>
        counts.webhooks.find((each) => each.state === state)?.count ?? 0;
      return {
        corridor_cases_open: CASE_KINDS.map((kind) => [open(kind), { kind }]),
        corridor_reconciliation_breaks: [[open("reconciliation-break")]],
        corridor_webhook_deliveries: ["pending", "dead"].map((state) => [
          waiting(state),
          { state },
        ]),
        corridor_webhook_oldest_seconds: [[counts.oldestWebhookSeconds]],
        corridor_audit_outbox: [[counts.outbox]],
        corridor_halted: counts.halts.map(({ scope }) => [1, { scope }]),
      };
    },
  );
}
