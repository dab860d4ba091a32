import type { Machine } from "../read/machine.ts";
import type { Usage } from "../read/usage.ts";
import type { Verified } from "../read/verify-run.ts";
import type { Store } from "../store.ts";
import type { Latencies } from "./percentiles.ts";

/**
 * Which way the transfers of a figure went: each with its own signature, many under one, straight to the contracts, or
 * as a plain script would send them.
 */
export type Path =
  | "single"
  | "batch"
  | "chain: batches"
  | "chain: packed singles"
  | "naive: one by one"
  | "naive: all at once";

/** What one transfer costs, in the mean over a load. */
export interface PerTransfer {
  /** CPU microseconds of all services and the database, without the load generator. */
  readonly cpuMicros: number;
  readonly gas: number;
  readonly chainTransactions: number;
  /** Statements that the relayers sent to their database. */
  readonly statements: number;
  /** HTTP requests that the relayers answered and made, JSON-RPC included. */
  readonly httpServed?: number;
  readonly httpMade?: number;
  /** Rows inserted, updated and deleted, commits and bytes of its log; on PostgreSQL only. */
  readonly rowWrites?: number;
  readonly commits?: number;
  readonly walBytes?: number;
}

/** One load and everything that was found out about it. */
export interface Measured {
  /** Unique in its report. */
  readonly name: string;
  readonly path: Path;
  readonly blockTimeMs: number;
  readonly store?: Store;
  readonly relayers?: number;
  /** Transfers that the relayer's database held before. */
  readonly stored?: number;
  /** Transfers per second that were asked for; absent where each waits for the one before. */
  readonly rate?: number;
  readonly latencies?: Latencies;
  readonly samples?: readonly number[];
  /** How many were accepted; costs are of these. */
  readonly transfers: number;
  readonly perSecond: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Mean milliseconds from acceptance to each state, by the relayer's own clock. */
  readonly stages?: Readonly<Record<string, number>>;
  readonly usage?: Usage;
  readonly perTransfer?: PerTransfer;
  /** Share of the time in which the load generator's own thread was busy: near 1 it measures itself. */
  readonly loadBusy?: number;
  /** Cores' worth of CPU time that whatever does not belong to the corridor used meanwhile. */
  readonly othersBusy?: number;
  readonly verified?: Verified;
}

/** One rate that the search for the peak has tried. */
export interface Trial {
  readonly path: Path;
  readonly rate: number;
  readonly held: boolean;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

/** A target, and what was measured beside it; undefined where the run has no such figure. */
export interface TargetResult {
  readonly figure: string;
  readonly target: string;
  readonly ours: string;
  readonly met: boolean | undefined;
}

/** What a run found out. */
export interface RunResult {
  readonly measured: readonly Measured[];
  readonly trials?: readonly Trial[];
}

/** Everything that one run found out, as it is written to a file. */
export interface Report extends RunResult {
  readonly format: 2;
  readonly run: string;
  readonly at: string;
  readonly commit: string;
  /** As given on the command line. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly machine: Machine;
  readonly targets?: readonly TargetResult[];
}
