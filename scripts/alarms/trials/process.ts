import type { Trial } from "../trial.ts";

/** Alarms of relayers that are gone. */
export const PROCESS_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorDown",
    cause: "kill -9 of the relayer",
    remedy: "started again on the same database",
    async provoke({ field }) {
      await field.crew.kill(0);
    },
    async mend({ field }) {
      await field.crew.restart(0);
    },
  },
];
