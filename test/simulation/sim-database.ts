import { PGlite } from "@electric-sql/pglite";
import { sql } from "kysely";
import pg from "pg";
import { type OpenDatabase, openDatabase } from "../../server/relayer/store/open-database.ts";
import { startPostgres } from "../fixtures/postgres.ts";

/**
 * `now()` and `clock_timestamp()` are put in the place of PostgreSQL's own: every lease, retry and default of the
 * relayer's own statements then runs on a clock that stands still until it is moved.
 */
const CLOCK = `
  create schema simulated;
  create table simulated.clock (at timestamptz not null);
  insert into simulated.clock values ('2026-01-01T00:00:00Z');
  set allow_system_table_mods = on;
  alter function pg_catalog.now() rename to now_of_the_machine;
  alter function pg_catalog.clock_timestamp() rename to clock_timestamp_of_the_machine;
  create function pg_catalog.now() returns timestamptz language sql stable
    as 'select at from simulated.clock';
  create function pg_catalog.clock_timestamp() returns timestamptz language sql stable
    as 'select at from simulated.clock';`;

/** What a database whose content outlives no process can do without. */
const SETTINGS = [
  "fsync = off",
  "full_page_writes = off",
  "wal_level = minimal",
  "max_wal_senders = 0",
  "synchronous_commit = off",
  "autovacuum = off",
];

export interface SimulatedDatabase extends OpenDatabase {
  setClock(at: Date): Promise<void>;
}

export type DatabaseKind = "embedded" | "postgresql";

/** A database whose clock is set by hand: embedded, in memory, or of a PostgreSQL server, which is several times faster. */
export async function openSimulatedDatabase(kind: DatabaseKind): Promise<SimulatedDatabase> {
  const open = kind === "embedded" ? await openEmbedded() : await openOnServer();
  return {
    ...open,
    async setClock(at) {
      await sql`update simulated.clock set at = ${at}`.execute(open.db);
    },
  };
}

async function openEmbedded(): Promise<OpenDatabase> {
  const pglite = await PGlite.create();
  await pglite.exec(CLOCK);
  // One by one: such a command cannot run beside others.
  for (const setting of SETTINGS) await pglite.query(`alter system set ${setting}`);
  const dump = await pglite.dumpDataDir("none");
  await pglite.close();
  return openDatabase({ kind: "memory", dump });
}

async function openOnServer(): Promise<OpenDatabase> {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres({ settings: SETTINGS }));
  const url = await server.newDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(CLOCK);
  await client.end();
  // One connection, as the embedded database has: what runs at the same time comes in the same order each time.
  const open = stack.use(await openDatabase({ kind: "postgres", url, connections: 1 }));
  return { db: open.db, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
