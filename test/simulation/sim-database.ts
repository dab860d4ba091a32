import { PGlite } from "@electric-sql/pglite";
import { sql } from "kysely";
import { type OpenDatabase, openDatabase } from "../../server/relayer/store/open-database.ts";

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

/** What a database in memory has no use for: nothing of it outlives its process. */
const SETTINGS = [
  "full_page_writes = off",
  "wal_level = minimal",
  "max_wal_senders = 0",
  "synchronous_commit = off",
  "autovacuum = off",
];

export interface SimulatedDatabase extends OpenDatabase {
  setClock(at: Date): Promise<void>;
}

/** An embedded database in memory whose clock is set by hand. */
export async function openSimulatedDatabase(): Promise<SimulatedDatabase> {
  const pglite = await PGlite.create();
  await pglite.exec(CLOCK);
  // One by one: such a command cannot run beside others.
  for (const setting of SETTINGS) await pglite.query(`alter system set ${setting}`);
  const dump = await pglite.dumpDataDir("none");
  await pglite.close();
  const open = await openDatabase({ kind: "memory", dump });
  return {
    ...open,
    async setClock(at) {
      await sql`update simulated.clock set at = ${at}`.execute(open.db);
    },
  };
}
