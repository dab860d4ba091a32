import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { freePorts } from "../../server/local/free-ports.ts";
import { waitFor } from "../../server/local/wait-for.ts";

/** A real Prometheus server on this machine that reads our metrics under our rules. */
export interface Prometheus extends AsyncDisposable {
  readonly version: string;
  /** Reads these operations ports from now on, as `host:port`, and no others; each second unless told otherwise. */
  scrape(targets: readonly string[], everySeconds?: number): void;
  /** The alerts that are pending or firing now, each name once; firing when one of its series is. */
  alerts(): Promise<ReadonlyMap<string, "pending" | "firing">>;
}

const HOST = "127.0.0.1";
const READY_MS = 30_000;
const INSTALL = "apt-get install --no-install-recommends prometheus";
const alertsSchema = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.object({ alertname: z.string() }),
        state: z.enum(["pending", "firing"]),
      }),
    ),
  }),
});
const buildSchema = z.object({ data: z.object({ version: z.string() }) });

/** The server's binary. @throws when there is none. */
export function findPrometheus(named = process.env["PROMETHEUS"] ?? "prometheus"): string {
  const { error } = spawnSync(named, ["--version"]);
  if (error === undefined) return named;
  throw new Error(
    `there is no Prometheus server at ${named}: ${INSTALL}, or say where it is with PROMETHEUS=/path`,
  );
}

const CONFIGURATION = `global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
rule_files: [alerts.yml]
scrape_configs:
  - job_name: corridor
    file_sd_configs:
      - files: [targets.json]
        refresh_interval: 1s
`;

/** Starts a server that reads every second and keeps what it reads in a directory of its own. */
export async function startPrometheus(options: {
  readonly binary: string;
  readonly directory: string;
  readonly rules: string;
}): Promise<Prometheus> {
  const { binary, directory, rules } = options;
  mkdirSync(directory, { recursive: true });
  const at = (name: string) => join(directory, name);
  // In one step: a half-written list is none.
  const scrape = (targets: readonly string[], everySeconds = 1) => {
    const time = `${everySeconds}s`;
    const labels = { __scrape_interval__: time, __scrape_timeout__: time };
    writeFileSync(at("targets.next"), JSON.stringify([{ targets, labels }]));
    renameSync(at("targets.next"), at("targets.json"));
  };
  scrape([]);
  writeFileSync(at("alerts.yml"), rules);
  writeFileSync(at("prometheus.yml"), CONFIGURATION);
  const [port = 0] = await freePorts(HOST, 1);
  const child = spawn(
    binary,
    [
      `--config.file=${at("prometheus.yml")}`,
      `--storage.tsdb.path=${at("data")}`,
      `--web.listen-address=${HOST}:${port}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = once(child, "exit");
  // However this process ends.
  const kill = () => child.kill("SIGTERM");
  process.once("exit", kill);
  const get = async (path: string) => (await fetch(`http://${HOST}:${port}${path}`)).json();
  const readVersion = () => get("/api/v1/status/buildinfo").catch(() => undefined);
  const build = await waitFor(readVersion, (seen) => seen !== undefined, READY_MS);
  return {
    version: buildSchema.parse(build).data.version,
    scrape,
    async alerts() {
      const { data } = alertsSchema.parse(await get("/api/v1/alerts"));
      const states = new Map<string, "pending" | "firing">();
      for (const { labels, state } of data.alerts) {
        if (states.get(labels.alertname) !== "firing") states.set(labels.alertname, state);
      }
      return states;
    },
    async [Symbol.asyncDispose]() {
      process.removeListener("exit", kill);
      kill();
      await ended;
    },
  };
}
