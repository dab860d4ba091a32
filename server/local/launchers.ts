import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readBankEnv } from "../bank/config/env.ts";
import { createBank } from "../bank/context.ts";
import { loadConfig } from "../relayer/config/config.ts";
import { readRelayerEnv } from "../relayer/config/env.ts";
import { createRelayer } from "../relayer/context.ts";
import { readWalletEnv } from "../wallet/config/env.ts";
import { createWallet } from "../wallet/context.ts";
import { startLocalChain } from "./chain/start-chain.ts";
import { readChainEnv, readCompileCache } from "./config/env.ts";
import type { ServiceEnv } from "./environments.ts";

/** The kinds of services. */
export type ServiceName = "chain" | "bank" | "wallet" | "relayer";

/** A started service; `pid` only when it is a process of its own. */
export interface RunningService extends AsyncDisposable {
  readonly pid?: number;
  /** The service itself, only when it runs in this process. */
  readonly inProcess?: AsyncDisposable;
  /**
   * Sends a signal to a service that is a process of its own, 0 to ask whether it runs; answers whether it does. Never
   * to a process that has ended: another one may have its id by now.
   */
  readonly signal?: (name: NodeJS.Signals | 0) => boolean;
  /** Ends the service at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts a service from its environment, the same in a process of its own or in this one. */
export type Launcher = (service: ServiceName, env: ServiceEnv) => Promise<RunningService>;

/** Runs services inside this process: one thing to debug, for tests that kill nothing. */
export const launchInProcess: Launcher = async (service, env) => {
  const running = await startInProcess(service, env);
  return {
    inProcess: running,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
    kill: () => Promise.reject(new Error("a service in this process cannot be killed")),
  };
};

function startInProcess(service: ServiceName, env: ServiceEnv): Promise<AsyncDisposable> {
  switch (service) {
    case "chain":
      return startLocalChain(readChainEnv(env));
    case "bank":
      return createBank(readBankEnv(env));
    case "wallet":
      return createWallet(readWalletEnv(env));
    case "relayer":
      return createRelayer(loadConfig(readRelayerEnv(env)));
  }
}

const MAINS: Readonly<Record<ServiceName, URL>> = {
  chain: new URL("./chain/main.ts", import.meta.url),
  bank: new URL("../bank/main.ts", import.meta.url),
  wallet: new URL("../wallet/main.ts", import.meta.url),
  relayer: new URL("../relayer/main.ts", import.meta.url),
};
/** How a service's process is run, beside what it is told. */
interface ProcessOptions {
  readonly v8: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
/**
 * V8 lets a heap grow to three or four times what lives in it. A relayer under load takes half as much memory this way, for a
 * fifth more of its processor time; nothing is capped, so that a great answer still finds room. The C library keeps what
 * once was a long message for the next one, in as many places as there are threads, unless it is told to give it back:
 * mallopt(3).
 */
const FRUGAL: ProcessOptions = {
  v8: ["--max-semi-space-size=16", "--heap-growing-percent=40"],
  env: {
    MALLOC_ARENA_MAX: "2",
    MALLOC_MMAP_THRESHOLD_: "131072",
    MALLOC_TRIM_THRESHOLD_: "131072",
  },
};
const PROCESS_OPTIONS: Readonly<Partial<Record<ServiceName, ProcessOptions>>> = { relayer: FRUGAL };
const READY_DEADLINE_MS = 60_000;
/** A chain that is kept replays its journal first: some ten seconds for each day of one-second blocks. */
const CHAIN_READY_DEADLINE_MS = 900_000;

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}

/** Waits for the one line that a service prints when it is ready; its other output goes to standard error. */
function untilReady(child: ChildProcess, name: ServiceName): Promise<void> {
  const deadlineMs = name === "chain" ? CHAIN_READY_DEADLINE_MS : READY_DEADLINE_MS;
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error(`${name} has no output`));
    const timer = setTimeout(() => reject(new Error(`${name} is not ready`)), deadlineMs);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      done();
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"ready":true')) settle(resolve);
    });
    child.once("exit", (code) => {
      settle(() => reject(new Error(`${name} ended with code ${code} before it was ready`)));
    });
  });
}

/**
 * Runs services as processes of their own, as in production: each has its own thread, and can be killed. Their logs go
 * to this process's standard error, or to an open file. Once `signal` is aborted nothing is started any more, and what
 * is only starting is ended at once.
 */
export function createProcessLauncher(
  logs: "inherit" | number = "inherit",
  signal?: AbortSignal,
): Launcher {
  return async (service, env) => {
    signal?.throwIfAborted();
    return launchAsProcess(service, env, { logs, signal });
  };
}

/** Runs services as processes of their own, their logs on standard error. */
export const launchProcess = createProcessLauncher();

async function launchAsProcess(
  service: ServiceName,
  env: ServiceEnv,
  { logs, signal }: { logs: "inherit" | number; signal: AbortSignal | undefined },
): Promise<RunningService> {
  const options = PROCESS_OPTIONS[service];
  const child = spawn(process.execPath, [...(options?.v8 ?? []), fileURLToPath(MAINS[service])], {
    env: { ...readCompileCache(), ...options?.env, ...env },
    stdio: ["ignore", "pipe", logs, "ipc"],
    // Ctrl-C reaches the starter alone, which ends its services in order.
    detached: true,
  });
  const abort = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", abort);
  try {
    await untilReady(child, service);
  } catch (error) {
    await end(child, "SIGKILL");
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  return {
    ...(child.pid !== undefined && { pid: child.pid }),
    signal: (name) => !hasEnded(child) && child.kill(name),
    [Symbol.asyncDispose]: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
}
