import type { Trial } from "./trial.ts";
import { CHAIN_TRIALS } from "./trials/chain.ts";
import { OVERSIGHT_TRIALS } from "./trials/oversight.ts";
import { POSITION_TRIALS } from "./trials/positions.ts";
import { PROCESS_TRIALS } from "./trials/process.ts";
import { QUEUE_TRIALS } from "./trials/queues.ts";
import { DATABASE_TRIALS } from "./trials/requests-and-database.ts";
import { RECORD_TRIALS } from "./trials/webhooks-and-audit.ts";

/** A trial of each alarm, in the order in which they are made; the last one leaves nothing to go on with. */
export const TRIALS: readonly Trial[] = [
  ...PROCESS_TRIALS,
  ...QUEUE_TRIALS,
  ...CHAIN_TRIALS,
  ...POSITION_TRIALS,
  ...RECORD_TRIALS,
  ...DATABASE_TRIALS,
  ...OVERSIGHT_TRIALS,
];
