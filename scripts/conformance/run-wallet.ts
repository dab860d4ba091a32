import { type ChildProcess, spawn } from "node:child_process";

/** A wallet that the kit runs: it can be killed and started again on the same data. */
export interface RunWallet extends AsyncDisposable {
  /** Kills it after so many milliseconds, without a warning, and starts it again. */
  restart(afterMs: number): Promise<void>;
}

const READY_DEADLINE_MS = 60_000;
const LOOK_MS = 50;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until somebody answers HTTP requests at an address. @throws when nobody does in time. */
export async function untilAnswers(url: string, patienceMs = READY_DEADLINE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const answers = await fetch(url).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (answers) return;
    await sleep(LOOK_MS);
  }
  throw new Error(`nobody answers at ${url} after ${patienceMs / 1_000} s`);
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      return resolve();
    }
    child.once("exit", () => resolve());
    // The shell and whatever it has started are one group.
    process.kill(-child.pid, "SIGKILL");
  });
}

/** Starts a wallet by a shell command and waits until it answers. What it prints goes to standard error. */
export async function runWallet(options: {
  readonly command: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Called each time that it answers again. */
  readonly onReady?: () => Promise<void>;
}): Promise<RunWallet> {
  const { command, url, env, cwd, onReady } = options;
  const start = () =>
    spawn(command, {
      shell: true,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit"],
      ...(cwd !== undefined && { cwd }),
    });
  let child = start();
  // A group of its own does not end with the kit by itself.
  const endWithUs = () => void kill(child);
  process.once("exit", endWithUs);
  const ready = async () => {
    await untilAnswers(url);
    await onReady?.();
  };
  try {
    await ready();
  } catch (error) {
    await kill(child);
    throw error;
  }
  return {
    async restart(afterMs) {
      await sleep(afterMs);
      await kill(child);
      child = start();
      await ready();
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", endWithUs);
      await kill(child);
    },
  };
}
