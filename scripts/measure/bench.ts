import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useFastKeccak } from "../../server/foundation/chain/fast-keccak.ts";
import { useCompiledCurve } from "../../server/foundation/process/use-compiled-curve.ts";
import { createDirectPayer, type DirectPayer } from "../../server/local/direct-payer.ts";
import { launchProcess } from "../../server/local/launchers.ts";
import { type LocalPlan, planCorridor } from "../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../server/local/start-corridor.ts";
import { operatorSettings, withMemory } from "../../test/fixtures/operator-settings.ts";
import { startPostgres } from "../../test/fixtures/postgres.ts";
import { openPeople, type Pair } from "./load/people.ts";
import { createCounters } from "./read/counters.ts";
import { type Pids, withChildren } from "./read/usage.ts";
import type { Store } from "./store.ts";

export interface BenchOptions {
  readonly blockTimeMs: number;
  readonly store: Store;
  /** A PostgreSQL server of somebody else's; one is started from the npm package when absent. */
  readonly databaseUrl?: string;
  readonly relayers?: number;
  /** Environment variables of single services, by their names. */
  readonly serviceSettings?: LocalPlan["serviceSettings"];
}

/** A corridor to be measured, every service a process of its own, and what has been sent through it so far. */
export interface Bench extends AsyncDisposable {
  readonly corridor: LocalCorridor;
  readonly store: Store;
  readonly people: readonly Pair[];
  /** The first corridor's payer, at the first relayer; `payers` has one at each. */
  readonly payer: DirectPayer;
  readonly payers: readonly DirectPayer[];
  /** UETRs that a relayer has promised, in the order of the answers. */
  readonly accepted: string[];
  /** When the first transfer may have been sent. */
  readonly begunAt: number;
  readonly pids: Pids;
  readonly counters: ReturnType<typeof createCounters>;
}

function pidsOf(corridor: LocalCorridor, postgres: number | undefined): Pids {
  const services = [...corridor.services].map(([name]): [string, () => number[]] => [
    name,
    () => {
      const { pid, signal } = corridor.services.get(name) ?? {};
      return pid !== undefined && signal?.(0) ? [pid] : [];
    },
  ]);
  const server: [string, () => number[]][] =
    postgres === undefined ? [] : [["postgres", () => withChildren(postgres)]];
  return new Map([...services, ...server, ["load", () => [process.pid]]]);
}

async function startDatabase(stack: AsyncDisposableStack, options: BenchOptions) {
  const { store, databaseUrl } = options;
  if (store === "pglite") return { url: undefined, pid: undefined };
  if (databaseUrl !== undefined) return { url: databaseUrl, pid: undefined };
  // As operators are told to run it, but for the memory.
  const settings = withMemory(operatorSettings(), "512MB");
  const server = stack.use(await startPostgres({ settings }));
  const url = await server.newDatabase();
  // As a relayer on its database's own machine speaks to it.
  const local = server.sockets === undefined ? url : `${url}?host=${server.sockets}`;
  return { url: local, pid: server.pid };
}

/** Starts a corridor to be measured, in a directory of its own that goes with it. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  // The load generator hashes and signs as a service does: it is not what is to be measured.
  await useFastKeccak();
  useCompiledCurve();
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "corridor-measure-"));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const database = await startDatabase(stack, options);
  const plan = await planCorridor({
    directory,
    blockTimeMs: options.blockTimeMs,
    sendCurrencies: ["HKD"],
    logLevel: "error",
    ...(database.url !== undefined && { databaseUrl: database.url }),
    ...(options.relayers !== undefined && { relayers: options.relayers }),
  });
  const planned = { ...plan, serviceSettings: options.serviceSettings ?? {} };
  const corridor = stack.use(await startCorridor(planned, { launch: launchProcess }));
  const payers = Array.from({ length: options.relayers ?? 1 }, (_, instance) =>
    createDirectPayer({ ...corridor, relayerUrl: corridor.relayerUrls(instance).api }),
  );
  const [payer] = payers;
  if (!payer) throw new Error("there is no relayer");
  const people = await openPeople(corridor, payer.corridor.payee);
  const owned = stack.move();
  return {
    corridor,
    store: options.store,
    people,
    payer,
    payers,
    accepted: [],
    begunAt: Date.now(),
    pids: pidsOf(corridor, database.pid),
    counters: createCounters(corridor),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
