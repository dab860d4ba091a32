import { refuse } from "../terminal/read-options.ts";

/** Each run, with the options that it goes by beside those of every run. */
const GOES_BY = {
  idle: ["mode", "batch-size", "count", "block-time"],
  "block-time": ["mode", "batch-size", "rate", "duration", "block-time"],
  steady: ["mode", "batch-size", "rate", "duration", "block-time"],
  peak: ["mode", "batch-size", "rate", "duration", "trial", "block-time"],
  scale: ["mode", "batch-size", "rate", "duration", "block-time", "relayers", "stored"],
  "chain-limit": ["batch-size", "count", "block-time"],
  naive: ["count", "block-time"],
  all: ["batch-size", "rate", "duration", "trial", "count", "block-time", "relayers", "stored"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RunName = keyof typeof GOES_BY;
export const RUN_NAMES = Object.keys(GOES_BY) as RunName[];

const OF_EVERY_RUN: readonly string[] = ["store", "database-url", "json", "out"];

/** What stands for an option that was not given. */
const USUAL = {
  mode: "single",
  "batch-size": "500",
  trial: "5s",
  relayers: "1,2,4",
  stored: "1000,10000,100000,1000000",
  out: "results",
} as const;

/**
 * The options that were given, with the usual for those that were not. One that the run does not go by is one clear line and exit
 * code 2: what was measured would be something else than what was asked for.
 */
export function completeOptions<T extends Readonly<Record<string, string | boolean | undefined>>>(
  run: RunName,
  given: T,
  usage: string,
): T & typeof USUAL {
  const goesBy: readonly string[] = GOES_BY[run];
  for (const name of Object.keys(given)) {
    if (goesBy.includes(name) || OF_EVERY_RUN.includes(name)) continue;
    const runs = RUN_NAMES.filter((each) => (GOES_BY[each] as readonly string[]).includes(name));
    refuse(
      `${run} does not go by --${name}: ${runs.join(", ")} ${runs.length === 1 ? "does" : "do"}`,
      usage,
    );
  }
  return { ...USUAL, ...given };
}
