const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses after each failed attempt, as https://www.standardwebhooks.com proposes: 75 hours and 35 minutes in all, so
 * that a receiver may be down over a weekend.
 */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Each pause is up to so much longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * Milliseconds until the next try after the `tries`th one failed, or undefined when it was the last.
 *
 * @param random a number from 0 to 1.
 * @param askedSeconds what the receiver asked for by Retry-After; kept to when it is longer, up to a day.
 */
export function nextTryInMs(tries: number, random: number, askedSeconds = 0): number | undefined {
  const pause = PAUSES_MS[tries - 1];
  if (pause === undefined) return undefined;
  const jittered = pause * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(jittered, Math.min(askedSeconds * SECOND, 24 * HOUR)));
}
