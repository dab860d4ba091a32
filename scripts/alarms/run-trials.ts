import { waitFor } from "../../server/local/wait-for.ts";
import type { Bench } from "./bench.ts";
import type { Trial } from "./trial.ts";

/** What was seen of one alarm. Seconds are since its cause was there, and since the remedy was begun. */
export interface Tried {
  readonly alert: string;
  readonly cause: string;
  readonly remedy: string;
  readonly firedAfter?: number;
  readonly endedAfter?: number;
  /** Other alarms that fired when this one did. */
  readonly beside: readonly string[];
  /** What went wrong with the trial. */
  readonly error?: string;
}

const USUAL_SECONDS = 120;
/** An alarm that does not come back for so long has ended. */
const QUIET_SECONDS = 4;
/** What an earlier trial left behind must be over before the next begins. */
const CALM_SECONDS = 240;

async function until(
  { prometheus }: Bench,
  holds: (alerts: ReadonlyMap<string, string>) => boolean,
  seconds: number,
): Promise<boolean> {
  const look = () => prometheus.alerts();
  return holds(await waitFor(look, holds, seconds * 1_000));
}

const firing = (alerts: ReadonlyMap<string, string>): string[] =>
  [...alerts].flatMap(([name, state]) => (state === "firing" ? [name] : []));
const since = (began: number) => Math.round((performance.now() - began) / 100) / 10;

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Brings an alarm about: what fired, or why it could not be tried. */
async function provoke(bench: Bench, trial: Trial) {
  const { alert, firesWithin } = trial;
  if (!(await until(bench, (alerts) => alerts.size === 0, CALM_SECONDS))) {
    const beside = [...(await bench.prometheus.alerts()).keys()];
    return { beside, error: "alarms of an earlier trial have not ended" };
  }
  const began = performance.now();
  await trial.provoke(bench);
  const fires = (alerts: ReadonlyMap<string, string>) => alerts.get(alert) === "firing";
  const fired = await until(bench, fires, firesWithin ?? USUAL_SECONDS);
  const firedAfter = since(began);
  const beside = firing(await bench.prometheus.alerts()).filter((each) => each !== alert);
  return fired ? { beside, firedAfter } : { beside, error: "it did not fire" };
}

/** Does what the runbook says: how long the alarm goes on, or what went wrong. */
async function mend(bench: Bench, trial: Trial) {
  const began = performance.now();
  await trial.mend(bench);
  const seconds = trial.endsWithin ?? USUAL_SECONDS;
  const ends = (alerts: ReadonlyMap<string, string>) => !alerts.has(trial.alert);
  const returns = (alerts: ReadonlyMap<string, string>) => alerts.has(trial.alert);
  while (since(began) < seconds && (await until(bench, ends, seconds))) {
    const endedAfter = since(began);
    // One whose figures are missing for a moment has not ended.
    if (!(await until(bench, returns, QUIET_SECONDS))) return { endedAfter };
  }
  return { error: "it did not end" };
}

async function restore(bench: Bench, trial: Trial): Promise<object> {
  await bench.heal();
  await trial.after?.(bench);
  return {};
}

/** Tries one alarm and leaves the corridor as it was, whatever came of it. */
export async function runTrial(bench: Bench, trial: Trial): Promise<Tried> {
  const { alert, cause, remedy } = trial;
  const failed = (error: unknown) => ({ error: textOf(error) });
  const fired = await provoke(bench, trial).catch((error) => ({ beside: [], ...failed(error) }));
  const ended = "error" in fired ? {} : await mend(bench, trial).catch(failed);
  const left = await restore(bench, trial).catch(failed);
  return { alert, cause, remedy, ...left, ...fired, ...ended };
}
