import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

/** What the watched thread shares with this one. */
interface Watched {
  /** One number that the watched thread raises as long as it turns. */
  readonly beats: Int32Array;
  readonly limitMs: number;
}

const TICK_MS = 250;
const STANDARD_ERROR = 2;
const { beats, limitMs } = workerData as Watched;
const asleep = new Int32Array(new SharedArrayBuffer(4));

// Counted in ticks of this thread's own: while the whole process is stopped, neither beats nor ticks are counted.
let last = -1;
let ticks = 0;
for (;;) {
  Atomics.wait(asleep, 0, 0, TICK_MS);
  const now = Atomics.load(beats, 0);
  ticks = now === last ? ticks + 1 : 0;
  last = now;
  if (ticks * TICK_MS < limitMs) continue;
  writeSync(STANDARD_ERROR, `the process has not turned for ${limitMs} ms: it is ended\n`);
  process.kill(process.pid, "SIGKILL");
}
