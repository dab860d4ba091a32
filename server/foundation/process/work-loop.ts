import type { Logger } from "../log/create-logger.ts";

export interface WorkLoopOptions {
  readonly name: string;
  /** The longest pause between two rounds when nobody wakes the loop. */
  readonly everyMs: number;
  readonly log: Logger;
  /** One round; answers whether there may be more to do at once. */
  readonly work: () => Promise<boolean>;
}

/** A loop that does rounds of work until disposed. */
export interface WorkLoop extends AsyncDisposable {
  /** There is work: start a round now, or another one after the round under way. */
  wake(): void;
}

/** Longest pause after failing rounds. */
const MAX_BACKOFF_MS = 5_000;

/**
 * Runs `work` when woken and at least every `everyMs`. A failing round is logged and tried again with a
 * growing pause: a loop never ends by an error, only by disposal, which waits for the round under way.
 */
export function startWorkLoop(options: WorkLoopOptions): WorkLoop {
  let stopped = false;
  let woken = false;
  let interrupt: () => void = () => {};
  let failures = 0;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function round(): Promise<boolean> {
    try {
      const more = await options.work();
      failures = 0;
      return more;
    } catch (error) {
      failures++;
      options.log.warn({ loop: options.name, failures, err: error }, "round failed");
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      const more = await round();
      if (stopped || more || (woken && failures === 0)) continue;
      const backoff =
        failures === 0 ? options.everyMs : Math.min(50 * 2 ** failures, MAX_BACKOFF_MS);
      await pause(backoff);
    }
  }

  const running = run();
  return {
    wake() {
      woken = true;
      if (failures === 0) interrupt();
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      interrupt();
      await running;
    },
  };
}
