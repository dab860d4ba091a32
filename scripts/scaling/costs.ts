import type { ProcessUsage } from "../measure/read/usage.ts";
import type { Measured } from "../measure/report/measured.ts";

/** What one order costs one process, in milliseconds of CPU. */
export interface ProcessCost {
  /** Of the thread that everything has to go through, one after the other. */
  readonly thread: number;
  /** Of all other threads: collecting garbage, compiling, I/O, the EVM. */
  readonly beside: number;
}

/** Parts of a corridor that cost CPU time. */
export type Part = "relayer" | "postgres" | "chain" | "payee" | "payer" | "bank" | "load";

/** Everything that the model takes from a measurement. */
export interface Costs {
  /** By part, for one order of `size` transfers, from its quote to its place in the audit log. */
  readonly parts: Readonly<Record<Part, ProcessCost>>;
  readonly size: number;
  /** Of one transfer, reserve and settle together. */
  readonly gas: number;
  readonly blockTimeMs: number;
  readonly relayers: number;
}

const MILLIS = 1_000;
const NOTHING: ProcessCost = { thread: 0, beside: 0 };

/** Names of the usual corridor's companies (config/corridors.json), by what they are in its first corridor. */
const COMPANIES = { payee: "island-wallet", payer: "harbour-wallet", bank: "meridian-bank" };

function costOf(used: ProcessUsage | undefined, orders: number): ProcessCost {
  if (!used) return NOTHING;
  const thread = (used.mainThreadSeconds * MILLIS) / orders;
  return { thread, beside: Math.max(0, (used.cpuSeconds * MILLIS) / orders - thread) };
}

/**
 * What each part spent on an order in a measured load. An embedded database is inside the relayer's own thread.
 * @param size Transfers in an order.
 * @throws Error when the load has no CPU times, or none was accepted.
 */
export function costsOf(measured: Measured, size: number): Costs {
  const { usage, transfers, perTransfer, blockTimeMs, relayers = 1 } = measured;
  if (!usage || !perTransfer || transfers === 0) {
    throw new Error(`${measured.name}: a load without CPU times says nothing about cost`);
  }
  const orders = transfers / size;
  const sum = (names: readonly string[]) =>
    names
      .map((name) => costOf(usage[name], orders))
      .reduce((a, b) => ({ thread: a.thread + b.thread, beside: a.beside + b.beside }), NOTHING);
  const relayerNames = Object.keys(usage).filter((name) => /^relayer(-\d+)?$/.test(name));
  return {
    parts: {
      relayer: sum(relayerNames),
      // Its processes are many, and each is a thread.
      postgres: sum(["postgres"]),
      chain: sum(["chain"]),
      payee: sum([COMPANIES.payee]),
      payer: sum([COMPANIES.payer]),
      bank: sum([COMPANIES.bank]),
      load: sum(["load"]),
    },
    size,
    gas: perTransfer.gas,
    blockTimeMs,
    relayers,
  };
}
