import type { Measured } from "../measure/report/measured.ts";
import { formatTable } from "../terminal/print-table.ts";
import { BLOCK_GAS } from "./model-chain.ts";

/** What a transfer takes of each thing that can run out. */
export interface Needs {
  /** Microseconds of CPU: of one relayer's thread, of all of its threads, of the database, and of everything together. */
  readonly relayerThread: number;
  readonly relayer: number;
  readonly database: number;
  readonly everything: number;
  /** When packs are full. */
  readonly gas: number;
  /** Of the database. */
  readonly commits: number;
}

const MICROS = 1e6;
const USABLE = 0.7;
/** Of a server from the npm package with 40 connections, on a machine of 2 cores with other work: several share a flush. */
const COMMITS_PER_SECOND = 9_200;

/** Gas of a transfer when packs are full, as they are where gas runs out: see docs/gas.md. */
export const FULL_PACK_GAS = { single: 74_661, batch: 2_976 };

/** Reads them off a measured load. @throws Error when it was not on PostgreSQL or has no CPU times. */
export function needsOf({ name, path, usage, perTransfer, transfers }: Measured): Needs {
  const relayer = usage?.["relayer"];
  const postgres = usage?.["postgres"];
  if (!relayer || !postgres || !perTransfer || perTransfer.commits === undefined) {
    throw new Error(`${name}: what machines hold is read off a load on PostgreSQL`);
  }
  const micros = (seconds: number) => (seconds * MICROS) / transfers;
  return {
    relayerThread: micros(relayer.mainThreadSeconds),
    relayer: micros(relayer.cpuSeconds),
    database: micros(postgres.cpuSeconds),
    everything: perTransfer.cpuMicros,
    gas: path === "batch" ? FULL_PACK_GAS.batch : FULL_PACK_GAS.single,
    commits: perTransfer.commits,
  };
}

/** How some machines are shared out, each with as many cores. */
export interface Fleet {
  readonly name: string;
  readonly cores: number;
  /** Relayer processes, and cores of all databases; nil when everything is on one machine. */
  readonly relayers: number;
  readonly databaseCores: number;
  readonly databases: number;
  readonly chains: number;
  readonly blockSeconds: number;
}

/** Transfers per second that each thing allows. */
export type Limits = ReadonlyMap<string, number>;

/**
 * What a fleet holds, by what would run out. Of CPU only 70 % is counted on: beyond that a queue's waiting grows faster
 * than its work (scripts/scaling/corridor-model.ts).
 */
export function limitsOf(needs: Needs, fleet: Fleet): Limits {
  const perCore = USABLE * MICROS;
  const gas = (fleet.chains * BLOCK_GAS) / fleet.blockSeconds / needs.gas;
  const limits: [string, number][] =
    fleet.databaseCores === 0
      ? [["CPU of the machine", (fleet.cores * perCore) / needs.everything]]
      : [
          ["relayers' threads", (fleet.relayers * perCore) / needs.relayerThread],
          ["database's CPU", (fleet.databaseCores * perCore) / needs.database],
          ["database's commits", (fleet.databases * USABLE * COMMITS_PER_SECOND) / needs.commits],
        ];
  return new Map([...limits, ["gas of a block", gas]]);
}

/** The limit that is reached first. */
export function firstLimit(limits: Limits): { readonly name: string; readonly perSecond: number } {
  const [name, perSecond] = [...limits].reduce((a, b) => (b[1] < a[1] ? b : a), ["", Infinity]);
  return { name, perSecond };
}

/** One machine with everything; ten and a hundred with a database of their own, wallets and validators elsewhere. */
export const FLEETS: readonly Fleet[] = [
  {
    name: "1 machine of 2 cores, everything on it",
    cores: 2,
    relayers: 1,
    databaseCores: 0,
    databases: 1,
    chains: 1,
    blockSeconds: 1,
  },
  {
    name: "10 machines: 4 relayers, a database of 16 cores, 4 validators",
    cores: 16,
    relayers: 4,
    databaseCores: 16,
    databases: 1,
    chains: 1,
    blockSeconds: 1,
  },
  {
    name: "100 machines: 10 corridors of 10, each with its own chain and database",
    cores: 160,
    relayers: 40,
    databaseCores: 160,
    databases: 10,
    chains: 10,
    blockSeconds: 1,
  },
];

const whole = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 0 });

/** What fleets hold, as a table. */
export function formatCapacity(needs: Needs): string {
  const rows = FLEETS.map((fleet) => {
    const limits = limitsOf(needs, fleet);
    const first = firstLimit(limits);
    const all = [...limits].map(([name, value]) => `${name} ${whole(value)}/s`).join("; ");
    return [fleet.name, `${whole(first.perSecond)}/s`, first.name, all];
  });
  return formatTable(["fleet", "holds", "runs out first", "each limit"], rows);
}
