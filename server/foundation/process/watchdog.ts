import { Worker } from "node:worker_threads";

const BEAT_MS = 200;

/**
 * Ends the process (SIGKILL) when its main thread has not turned for `limitMs`, so that whoever supervises it starts
 * another one: an embedded database whose disk is full turns in place for ever, and no timer of its own thread would
 * ever tell.
 */
export function startWatchdog(limitMs: number): AsyncDisposable {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./watchdog-worker.ts", import.meta.url), {
    workerData: { beats, limitMs },
    // What the process was told at its start is not for this thread.
    execArgv: [],
  });
  worker.unref();
  const timer = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await worker.terminate();
    },
  };
}
