import type { Bench } from "../bench.ts";
import { endBlockingSessions } from "../end-blocking-sessions.ts";
import type { Trial } from "../trial.ts";

const lineToDatabase = ({ field }: Bench) => {
  const [line] = field.lines.databases;
  if (!line) throw new Error("the field has no line to a database");
  return line;
};
/** Everything that is shown is read from the database: that takes seconds then. */
const PATIENT_SECONDS = 5;
/** A statement that meets the lock waits for most of it. */
const LOCKED_MS = 1_500;
const PAUSE_MS = 200;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Somebody's report that locks a table of quotes again and again, until its session is ended. */
function createReport() {
  let running = false;
  async function run({ field }: Bench): Promise<void> {
    const { postgres, database } = field;
    while (running) {
      await postgres.lockTable(database, "wholesale_quotes", LOCKED_MS);
      await sleep(PAUSE_MS);
    }
  }
  return {
    start(bench: Bench): void {
      running = true;
      run(bench).catch(() => {
        running = false;
      });
    },
    isRunning: () => running,
    end(): void {
      running = false;
    },
  };
}
const lockingReport = createReport();

/** What the runbook's statement finds is ended, until nothing is found any more. */
async function endBlockers({ query }: Bench): Promise<void> {
  while (lockingReport.isRunning()) {
    await endBlockingSessions(query);
    await sleep(PAUSE_MS);
  }
}

/** Alarms of requests that fail, and of the database below them. */
export const DATABASE_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorRequestsFail",
    cause: "the database refuses connections: requests are answered 503",
    remedy: "readyz names the database; it is started again",
    provoke: (bench) => lineToDatabase(bench).set({ kind: "refuse" }),
    async mend(bench) {
      const { operations } = bench.field.corridor.relayerUrls(0);
      const said = await (await fetch(new URL("/readyz", operations))).text();
      if (!said.includes('"database":"failing"')) throw new Error(`readyz says ${said}`);
      await lineToDatabase(bench).heal();
    },
  },
  {
    alert: "CorridorDatabaseSlow",
    cause:
      "a session of somebody's locks the table of quotes for a second and a half, again and again",
    remedy: "the session that blocks is found in pg_stat_activity and ended",
    async provoke(bench) {
      bench.watch([0], PATIENT_SECONDS);
      lockingReport.start(bench);
    },
    mend: endBlockers,
    async after({ watch }) {
      lockingReport.end();
      watch([0]);
    },
  },
];
