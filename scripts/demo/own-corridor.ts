import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProcessLauncher } from "../../server/local/launchers.ts";
import { planCorridor } from "../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../server/local/start-corridor.ts";

export interface OwnCorridorOptions {
  readonly blockTimeMs: number;
  /** The day whose ECB rates the bank uses, "2018-06-25". */
  readonly ratesAsOf: string;
  readonly onStep: (step: string) => void;
  readonly say: (text: string) => void;
}

/** No cut-off falls into a demo: the bank's sweep would stand in every balance. */
const CYCLE_SECONDS = 86_400;
/** What a shell reports of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Somebody has ended the program. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * Runs `work` on a corridor of its own: free ports, processes, a temporary directory. All of it is gone afterwards,
 * whether the work ended, failed, or was interrupted (`Interrupted` is thrown then).
 */
export async function withCorridor<T>(
  options: OwnCorridorOptions,
  work: (corridor: LocalCorridor) => Promise<T>,
): Promise<T> {
  const { blockTimeMs, ratesAsOf, onStep, say } = options;
  const directory = mkdtempSync(join(tmpdir(), "corridor-demo-"));
  const abort = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  const interrupt = () => {
    const reason = new Interrupted("interrupted");
    abort.abort(reason);
    interrupted.reject(reason);
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // It may be rejected before anybody waits for it.
  interrupted.promise.catch(() => {});
  try {
    const plan = await planCorridor({
      directory,
      programmable: true,
      blockTimeMs,
      ratesAsOf,
      sendCurrencies: ["HKD"],
      logLevel: "error",
      cycleSeconds: CYCLE_SECONDS,
    });
    say("starting:");
    const launch = createProcessLauncher("inherit", abort.signal);
    await using corridor = await startCorridor(plan, { launch, onStep });
    say(" ready\n");
    return await Promise.race([work(corridor), interrupted.promise]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
  }
}
