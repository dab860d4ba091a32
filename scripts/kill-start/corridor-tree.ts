import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type FoundCorridor, findCorridor } from "../send/find-corridor.ts";

const START = fileURLToPath(new URL("../start.ts", import.meta.url));
const RUNNING = "running; Ctrl-C ends it";

/** `npm start` as somebody runs it: a starter and every service that it has started. */
export interface CorridorTree {
  readonly pid: number;
  /** Resolves once it says that it runs. @throws Error with its output when it ends before. */
  ready(): Promise<FoundCorridor>;
  /** Ends every process of the tree at once, as a crash of all would. */
  kill(): Promise<void>;
  /** Ctrl-C; answers the exit code. */
  interrupt(): Promise<number | null>;
}

/** A process and all that descend from it. */
function treeOf(root: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const tree = [root];
  // The list grows while it is walked: children of children follow.
  for (const parent of tree) {
    for (const [pid, ppid] of rows) if (ppid === parent && pid !== undefined) tree.push(pid);
  }
  return tree;
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Starts `npm start` on a directory, on free ports. */
export function startTree(directory: string, ...args: string[]): CorridorTree {
  const child = spawn(process.execPath, [START, "--directory", directory, "--any-ports", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("npm start could not be started");
  const exited = once(child, "exit");
  const running = Promise.withResolvers<void>();
  let said = "";
  const listen = (text: Buffer) => {
    said += text;
    if (said.includes(RUNNING)) running.resolve();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = exited.then(([code]): never => {
    throw new Error(`npm start ended with code ${code}: ${said.trim()}`);
  });
  // Whoever waits for it to be ready is told; nobody else has to be.
  ended.catch(() => {});
  return {
    pid,
    async ready() {
      await Promise.race([running.promise, ended]);
      return findCorridor(directory);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      for (const each of treeOf(pid)) killNow(each);
      await exited;
    },
    async interrupt() {
      child.kill("SIGINT");
      const [code] = await exited;
      return code;
    },
  };
}
