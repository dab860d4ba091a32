import { Histogram } from "prom-client";
import { TRANSFER_STATES } from "../../../protocol/transfer-state.ts";
import type { ServiceContext } from "../service-context.ts";
import { countByStage, readStateCounts } from "../store/counts.ts";
import { WAITING_STAGES } from "../store/tables/transfers.ts";
import type { Readings } from "./readings.ts";

/** How long transfers take until the payee has answered for them, as this instance has stored the answers. */
export const confirmationTimes = new Histogram({
  name: "corridor_confirmation_seconds",
  help: "Time from the acceptance of a transfer to the payee's stored answer that it is credited",
  buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60],
  registers: [],
});

/** Transfers by state, and what waits in each stage. */
export function addFlowMetrics({ db }: ServiceContext, readings: Readings): void {
  readings.add(
    "transfers",
    {
      corridor_transfers: {
        help: "Transfers by state, as the audit log has them",
        labels: ["state"],
      },
    },
    async () => {
      const counts = await readStateCounts(db);
      const counted = new Map(counts.map(({ state, count }) => [state, Number(count)]));
      return {
        corridor_transfers: TRANSFER_STATES.map((state) => [counted.get(state) ?? 0, { state }]),
      };
    },
  );
  readings.add(
    "queues",
    {
      corridor_queue_batches: { help: "Batches waiting by stage", labels: ["stage"] },
      corridor_queue_age_seconds: {
        help: "Time since the acceptance of the oldest batch in a stage, since its deadline where it expires",
        labels: ["stage"],
      },
    },
    async () => {
      const waiting = new Map((await countByStage(db)).map((each) => [each.stage, each]));
      return {
        corridor_queue_batches: WAITING_STAGES.map((stage) => [
          waiting.get(stage)?.count ?? 0,
          { stage },
        ]),
        corridor_queue_age_seconds: WAITING_STAGES.map((stage) => [
          waiting.get(stage)?.oldestSeconds ?? 0,
          { stage },
        ]),
      };
    },
  );
}
