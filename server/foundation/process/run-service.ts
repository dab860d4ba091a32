import { useCompiledCurve } from "./use-compiled-curve.ts";
import { startWatchdog } from "./watchdog.ts";

/** How long a service may take to end before it is ended. */
const GRACE_MS = 4_000;
/** How long its main thread may be busy with one thing. */
const STUCK_MS = 30_000;

/**
 * Runs a service until SIGINT or SIGTERM, then disposes it. Prints one line of JSON once it is ready, which
 * whoever started the process can wait for. A start that fails is one clear line and exit code 1.
 */
export async function runService<Service extends AsyncDisposable>(
  start: () => Promise<Service>,
  describe: (service: Service) => Record<string, unknown>,
): Promise<void> {
  let service: Service;
  startWatchdog(STUCK_MS);
  useCompiledCurve();
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`${JSON.stringify({ ready: true, ...describe(service) })}\n`);
  const end = async () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    await service[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.once("SIGTERM", () => void end());
  process.once("SIGINT", () => void end());
  // Started by another process with a channel to it: when that one is gone, however it went, so are we.
  process.once("disconnect", () => void end());
}
