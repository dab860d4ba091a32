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

async function tryOne(bench: Bench, trial: Trial): Promise<Tried> {
  const { alert, cause, remedy, firesWithin, endsWithin } = trial;
  const what = { alert, cause, remedy };
  if (!(await until(bench, (alerts) => alerts.size === 0, CALM_SECONDS))) {
    const left = [...(await bench.prometheus.alerts()).keys()];
    return { ...what, beside: left, error: "alarms of an earlier trial have not ended" };
  }
  const began = performance.now();
  await trial.provoke(bench);
  const fires = (alerts: ReadonlyMap<string, string>) => alerts.get(alert) === "firing";
  if (!(await until(bench, fires, firesWithin ?? USUAL_SECONDS))) {
    const beside = firing(await bench.prometheus.alerts());
    return { ...what, beside, error: "it did not fire" };
  }
  const firedAfter = since(began);
  const beside = firing(await bench.prometheus.alerts()).filter((each) => each !== alert);
  const mending = performance.now();
  await trial.mend(bench);
  const ends = (alerts: ReadonlyMap<string, string>) => !alerts.has(alert);
  const ended = await until(bench, ends, endsWithin ?? USUAL_SECONDS);
  if (!ended) return { ...what, firedAfter, beside, error: "it did not end" };
  return { ...what, firedAfter, endedAfter: since(mending), beside };
}

/** Tries one alarm and leaves the corridor as it was, whatever came of it. */
export async function runTrial(bench: Bench, trial: Trial): Promise<Tried> {
  const { alert, cause, remedy } = trial;
  const tried = await tryOne(bench, trial).catch(
    (error: unknown): Tried => ({
      ...{ alert, cause, remedy, beside: [] },
      error: error instanceof Error ? error.message : String(error),
    }),
  );
  await bench.heal();
  await trial.after?.(bench);
  return tried;
}
