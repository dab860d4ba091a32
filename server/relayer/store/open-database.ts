import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Kysely,
  type LogConfig,
  PGliteDialect,
  PostgresDialect,
  sql,
  type Transaction,
} from "kysely";
import pg from "pg";
import { failpoint } from "../../foundation/process/failpoint.ts";
import { lockDirectory } from "../../foundation/storage/lock-directory.ts";
import { onceEach } from "./parse-time.ts";
import { preparingClient } from "./prepared-postgres.ts";
import type { RelayerSchema } from "./schema.ts";

export type Database = Kysely<RelayerSchema>;
/** What every store function takes: the database, or the one transaction it must stay in. */
export type Db = Database | Transaction<RelayerSchema>;

export type DatabaseLocation =
  /** Embedded: PGlite in a directory, for one process. Survives kill -9, not power loss. */
  | { readonly kind: "embedded"; readonly directory: string }
  /** Embedded, in memory: for tests. */
  | { readonly kind: "memory"; readonly dump?: Blob }
  | { readonly kind: "postgres"; readonly url: string; readonly connections?: number };

export interface OpenDatabase extends AsyncDisposable {
  readonly db: Database;
}

/** Told of each statement that has run, and of the milliseconds that it took. */
export type OnStatement = (ms: number) => void;

const INT8 = 20;
const NUMERIC = 1700;
const TIMESTAMPTZ = 1184;
// Both drivers give whole numbers as bigint: int8 for the chain's clock, numeric(n,0) for money.
const parsers = { [INT8]: BigInt, [NUMERIC]: BigInt };

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Each limit is inside the next one, so that the cause is told and not its echo. */
const LOCK_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 12_000;
/**
 * A kept statement keeps its plan. Left to itself, the server plans anew whenever a list is shorter than the ten values that
 * it guesses at: one order at a time, a third of its work was planning.
 */
const KEEP_PLANS = "-c plan_cache_mode=force_generic_plan";

const parseTime = onceEach(pg.types.getTypeParser(TIMESTAMPTZ, "text"));

function parserOf(oid: number): ((text: string) => unknown) | undefined {
  if (oid === INT8 || oid === NUMERIC) return BigInt;
  return oid === TIMESTAMPTZ ? parseTime : undefined;
}

function openPostgres(
  url: string,
  connections: number,
  log: LogConfig,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
): OpenDatabase {
  const pool = new pg.Pool({
    Client: preparingClient(),
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: KEEP_PLANS,
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    // The server's own limits end nothing when the network swallows what it says.
    query_timeout: queryTimeoutMs,
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        parserOf(oid) ??
        pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
    },
  });
  // An idle connection that the server ends is replaced at its next use; it must not end the process.
  pool.on("error", () => undefined);
  // One that ends while it is in use fails the query under way, and says so to its listeners as well.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<RelayerSchema>({ dialect: new PostgresDialect({ pool }), log });
  return { db, [Symbol.asyncDispose]: () => db.destroy() };
}

async function openEmbedded(directory: string, log: LogConfig): Promise<OpenDatabase> {
  // Two processes on one PGlite directory destroy it without a word.
  const lock = lockDirectory(directory);
  const { db, [Symbol.asyncDispose]: close } = await openPglite(
    { dataDir: join(directory, "pg") },
    log,
  );
  return {
    db,
    async [Symbol.asyncDispose]() {
      await close();
      lock[Symbol.dispose]();
    },
  };
}

async function openPglite(
  options: { dataDir?: string; loadDataDir?: Blob },
  log: LogConfig,
): Promise<OpenDatabase> {
  // Loaded by those alone who keep their database in it: a relayer on PostgreSQL needs 7 MiB less without.
  const [{ PGlite }, { preparePglite }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("./prepared-pglite.ts"),
  ]);
  const pglite = await PGlite.create({ ...options, parsers });
  const db = new Kysely<RelayerSchema>({
    dialect: new PGliteDialect({ pglite: preparePglite(pglite) }),
    log,
  });
  await sql`select 1`.execute(db);
  return { db, [Symbol.asyncDispose]: () => db.destroy() };
}

/** Opens the relayer's database and brings it to the newest schema. */
export async function openDatabase(
  location: DatabaseLocation,
  onStatement: OnStatement = () => {},
): Promise<OpenDatabase> {
  const log: LogConfig = ({ queryDurationMillis }) => onStatement(queryDurationMillis);
  const open =
    location.kind === "postgres"
      ? openPostgres(location.url, location.connections ?? POOL_SIZE, log)
      : location.kind === "embedded"
        ? await openEmbedded(location.directory, log)
        : await openPglite(location.dump ? { loadDataDir: location.dump } : {}, log);
  try {
    if (location.kind === "postgres") await migratePostgres(location.url, log);
    else await migrate(open.db);
    return open;
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw error;
  }
}

const MIGRATIONS = new URL("./migrations/", import.meta.url);
/** Any constant: names the one lock under which instances migrate one after the other. */
export const MIGRATION_LOCK = 20_180_625;

/** An index over hundreds of millions of rows takes its time. */
const MIGRATION_STATEMENT_MS = 30 * 60_000;
const MIGRATION_QUERY_MS = MIGRATION_STATEMENT_MS + QUERY_TIMEOUT_MS;

/** On a connection of its own: the driver waits for no answer on another one as long as a migration may take. */
async function migratePostgres(url: string, log: LogConfig): Promise<void> {
  await using open = openPostgres(url, 1, log, MIGRATION_QUERY_MS);
  await migrate(open.db);
}

async function migrate(db: Database): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Another instance may be migrating for longer than any other statement may take.
    await sql`set local lock_timeout = '60s'`.execute(trx);
    await sql`set local statement_timeout = ${sql.lit(MIGRATION_STATEMENT_MS)}`.execute(trx);
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(trx);
    await sql`create table if not exists migrations (
      name text primary key, applied_at timestamptz not null default now())`.execute(trx);
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(trx);
    const applied = new Set(rows.map((row) => row.name));
    const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
    for (const name of files.sort()) {
      if (applied.has(name)) continue;
      for (const statement of statementsOf(name)) await sql.raw(statement).execute(trx);
      await failpoint("C19");
      await sql`insert into migrations (name) values (${name})`.execute(trx);
    }
  });
}

/** The statements of a migration: neither driver takes several in one prepared query. */
function statementsOf(name: string): string[] {
  const text = readFileSync(new URL(name, MIGRATIONS), "utf8").replace(/^\s*--.*$/gm, "");
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
