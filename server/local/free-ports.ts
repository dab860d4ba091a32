import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Ports are drawn from below the range that systems hand out by themselves (from 32768 on Linux), where any outgoing
 * connection could take one between the drawing and its use.
 */
const FIRST = 20_000;
const COUNT = 12_000;
/** One file for each port that a living process has drawn, so that two at once never draw the same. */
const RESERVATIONS = join(tmpdir(), "corridor-ports");

const own = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The process that holds a reservation, or 0 when it has just given it back. */
function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, "utf8") || 0);
  } catch {
    return 0;
  }
}

function take(path: string, flag: "w" | "wx"): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag });
    return true;
  } catch {
    return false;
  }
}

/** Draws a port for this process, until it ends; false when another one holds it. */
function reserve(port: number): boolean {
  mkdirSync(RESERVATIONS, { recursive: true });
  const path = join(RESERVATIONS, String(port));
  if (!take(path, "wx")) {
    const holder = holderOf(path);
    if (own.has(path) || (holder > 0 && isAlive(holder)) || !take(path, "w")) return false;
  }
  if (own.size === 0) process.once("exit", giveBack);
  own.add(path);
  return true;
}

/** Ends this process's reservations; the last one to leave takes their directory along. */
function giveBack(): void {
  for (const each of own) rmSync(each, { force: true });
  try {
    rmdirSync(RESERVATIONS);
  } catch {
    // Others have reservations still.
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Ports that are free now, all different, and stay this process's own until it ends. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (reserve(port) && (await isFree(host, port))) ports.push(port);
  }
  return ports;
}

/** Throws, naming each port and what it is for, when something else listens there. */
export async function assertPortsFree(
  host: string,
  ports: Readonly<Record<string, number>>,
): Promise<void> {
  const busy: string[] = [];
  for (const [purpose, port] of Object.entries(ports)) {
    if (!(await isFree(host, port))) busy.push(`${port} (${purpose})`);
  }
  if (busy.length > 0) {
    throw new Error(
      `in use on ${host}: port ${busy.join(", ")}. Stop what listens there; is a corridor running already?`,
    );
  }
}
