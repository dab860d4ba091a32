import { existsSync, readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { relayerEnv } from "../../server/local/environments.ts";
import { freePorts } from "../../server/local/free-ports.ts";
import { relayerKey } from "../../server/local/keys.ts";
import type { RunningService } from "../../server/local/launchers.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import { logOf } from "../torture/field/launch-services.ts";
import type { Field } from "../torture/field/start-field.ts";
import { type CellPlan, type CellResult, failpointOf, hitMark } from "./cell.ts";

const RELAYERS = 3;
const PAUSE_MS = 4_000;
const HIT_PATIENCE_MS = 30_000;
const NEVER = "1000000";
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Every column of a database's tables, and the migrations that it has. */
async function schemaOf(url: string): Promise<string> {
  const client = new pg.Client(url);
  client.on("error", () => undefined);
  await client.connect();
  try {
    const columns = await client.query(
      `select table_name, column_name, data_type from information_schema.columns
       where table_schema = 'public' order by 1, ordinal_position`,
    );
    const names = await client.query("select name from migrations order by name");
    return JSON.stringify([columns.rows, names.rows]);
  } finally {
    await client.end();
  }
}

/** Environments of relayers on a database of their own, with keys and ports of their own. */
async function newcomers(field: Field, database: string) {
  const { plan } = field.corridor;
  const ports = await freePorts(plan.host, 2 * RELAYERS);
  return Array.from({ length: RELAYERS }, (_, instance) => ({
    ...relayerEnv(plan),
    ...plan.serviceSettings["relayer"],
    RELAYER_PORT: `${ports[2 * instance]}`,
    RELAYER_OPERATIONS_PORT: `${ports[2 * instance + 1]}`,
    RELAYER_PRIVATE_KEY: relayerKey(RELAYERS + instance).privateKey,
    DATABASE_URL: field.postgres.urlOf(database),
    CYCLE_SECONDS: NEVER,
    ANCHOR_SECONDS: NEVER,
  }));
}

async function isReady({ RELAYER_OPERATIONS_PORT: port }: { RELAYER_OPERATIONS_PORT: string }) {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}

/** Lets a process go on that is only starting, so that nobody has its id yet: its environment names its port. */
function resume(port: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const own = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (own.includes(`RELAYER_PORT=${port}`)) process.kill(Number(pid), "SIGCONT");
    } catch {
      // It has ended meanwhile, or is somebody else's.
    }
  }
}

function loseDatabase({ postgres }: Field, database: string, repetition: number) {
  return repetition % 2 === 0 ? postgres.crash() : postgres.terminateBackends(database);
}

/**
 * Starts three relayers on a new database, the first of which crashes between two migrations. Once it is started again,
 * all of them must be ready on the schema that every other database has.
 */
export async function runMigrationCell(field: Field, plan: CellPlan): Promise<CellResult> {
  const { crash, repetition } = plan;
  const database = await field.postgres.newDatabase();
  const [first, ...others] = await newcomers(field, database);
  if (!first) throw new Error("there are three");
  const running: RunningService[] = [];
  const start = async (env: Readonly<Record<string, string>>) => {
    const service = await field.launch("relayer", env).catch(() => undefined);
    if (service) running.push(service);
    return service;
  };
  const log = logOf(field.directory, first);
  const isHit = async () => existsSync(log) && readFileSync(log, "utf8").includes(hitMark(plan));
  try {
    const victim = start({ ...first, FAILPOINTS: failpointOf(plan) });
    const hit = await waitFor(isHit, (seen) => seen, HIT_PATIENCE_MS);
    const rest = Promise.all(others.map(start));
    if (crash === "database") await loseDatabase(field, database, repetition);
    if (crash === "stop") {
      await sleep(PAUSE_MS);
      resume(first.RELAYER_PORT);
    }
    const began = performance.now();
    const [survived, started] = await Promise.all([victim, rest]);
    // A supervisor starts again what has ended.
    const again = [survived ? undefined : first, ...others.filter((_, at) => !started[at])];
    for (const env of again) if (env) await start(env);
    const ready = await waitFor(
      () => Promise.all([first, ...others].map(isReady)),
      (all) => all.every((each) => each),
    );
    const recoveredMs = Math.round(performance.now() - began);
    const same =
      (await schemaOf(field.postgres.urlOf(database))) ===
      (await schemaOf(field.postgres.urlOf(field.database)));
    const violations = [
      ...(ready.every((each) => each) ? [] : [`${ready.filter((each) => !each).length} not ready`]),
      ...(same ? [] : ["the schema is another one than elsewhere"]),
    ];
    return { hit, violations, recoveredMs };
  } finally {
    await Promise.all(running.map((service) => service.kill()));
  }
}
