import type { Bench } from "./bench.ts";

/** How one alarm is tried: its cause is brought about, and what the runbook says about it is done. */
export interface Trial {
  /** The alert's name in docs/operations/alerts.yml. */
  readonly alert: string;
  /** What is done to the corridor, in words. */
  readonly cause: string;
  /** What the runbook's section has an operator do, in words. */
  readonly remedy: string;
  /** Resolves when the cause is there; the alarm fires some time after. */
  readonly provoke: (bench: Bench) => Promise<void>;
  /** Follows the runbook's section; the alarm ends some time after. */
  readonly mend: (bench: Bench) => Promise<void>;
  /** Brings everything back that the next trial relies on. */
  readonly after?: (bench: Bench) => Promise<void>;
  /** Seconds within which it must fire, and end; two minutes each when absent. */
  readonly firesWithin?: number;
  readonly endsWithin?: number;
}
