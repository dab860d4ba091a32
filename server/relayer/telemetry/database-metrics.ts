import { Counter, Histogram } from "prom-client";

const registers: [] = [];

/** Statements that the relayer has sent to its database. */
export const databaseStatements = new Counter({
  name: "corridor_database_statements_total",
  help: "Statements sent to the database",
  registers,
});

/** How long statements take, waiting for a connection included. */
export const statementTimes = new Histogram({
  name: "corridor_database_statement_seconds",
  help: "Time of statements sent to the database",
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5],
  registers,
});

/** Takes note of a statement that has run, and of how long it took in milliseconds. */
export function noteStatement(ms: number): void {
  databaseStatements.inc();
  statementTimes.observe(ms / 1_000);
}
