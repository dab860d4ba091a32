import type { Trial } from "./trial.ts";
import { PROCESS_TRIALS } from "./trials/process.ts";
import { QUEUE_TRIALS } from "./trials/queues.ts";

/** A trial of each alarm, in the order in which they are made. */
export const TRIALS: readonly Trial[] = [...PROCESS_TRIALS, ...QUEUE_TRIALS];
