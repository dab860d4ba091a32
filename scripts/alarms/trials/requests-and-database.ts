import type { Bench } from "../bench.ts";
import type { Trial } from "../trial.ts";

const lineToDatabase = ({ field }: Bench) => {
  const [line] = field.lines.databases;
  if (!line) throw new Error("the field has no line to a database");
  return line;
};
/** A slow network: twice this for each statement and its answer. */
const LATE_MS = 300;
/** Everything that is shown is read from the database: that takes seconds then. */
const PATIENT_SECONDS = 6;

/** Alarms of requests that fail, and of the database below them. */
export const DATABASE_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorRequestsFail",
    cause: "the database refuses connections: requests are answered 503",
    remedy: "the log names the database; it is started again",
    provoke: (bench) => lineToDatabase(bench).set({ kind: "refuse" }),
    mend: (bench) => lineToDatabase(bench).heal(),
  },
  {
    alert: "CorridorDatabaseSlow",
    cause: "the line to the database is late by 600 ms",
    remedy: "the database's network is mended",
    async provoke(bench) {
      bench.watch([0], PATIENT_SECONDS);
      await lineToDatabase(bench).set({ kind: "delay", ms: LATE_MS });
    },
    mend: (bench) => lineToDatabase(bench).heal(),
    async after({ watch }) {
      watch([0]);
    },
  },
];
