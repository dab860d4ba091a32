import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../server/local/chain/main.ts", import.meta.url));

/** A local chain in a process of its own, which can be killed. */
export interface ChainProcess {
  readonly rpcUrl: string;
  readonly child: ChildProcess;
  /** As a crash would. */
  kill(): Promise<void>;
}

/** What a chain that does not start says, and its exit code. */
export class ChainRefused extends Error {
  readonly code: number | null;
  constructor(code: number | null, text: string) {
    super(text);
    this.code = code;
  }
}

/** Starts a chain on a directory, or in memory. */
export async function startChainProcess(directory?: string): Promise<ChainProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      CHAIN_HOST: "127.0.0.1",
      CHAIN_PORT: "0",
      ...(directory !== undefined && { CHAIN_DIRECTORY: directory }),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  let said = "";
  child.stderr.on("data", (text) => {
    said += String(text);
  });
  const ready = once(createInterface({ input: child.stdout }), "line");
  const first = await Promise.race([ready, exit.then(([code]) => new ChainRefused(code, said))]);
  if (first instanceof ChainRefused) throw first;
  const { rpcUrl } = JSON.parse(String(first[0]));
  return {
    rpcUrl,
    child,
    async kill() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
