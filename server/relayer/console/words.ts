const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n: number) => String(n).padStart(2, "0");

/** A time in UTC as an operator reads it: "28 Nov 13:25:38". */
export function showTime(time: string | Date): string {
  const at = new Date(time);
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${clock}`;
}

/** A duration in its two largest units: "3 min 20 s", "2 h 5 min", "740 ms". */
export function showDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3_600)} h`;
}

/** How long ago something was. */
export const showAge = (time: string | Date, now = Date.now()): string =>
  showDuration(Math.max(0, (now - new Date(time).getTime()) / 1_000));

/** An amount with its thousands apart: "12,500.00 HKD". */
export function showAmount({ value, currency }: { value: string; currency: string }): string {
  const [whole = "", decimals] = value.split(".");
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${apart}${decimals === undefined ? "" : `.${decimals}`} ${currency}`;
}

/** The ends of a long id: enough to tell two apart. */
export const showShort = (id: string): string =>
  id.length > 20 ? `${id.slice(0, 10)}…${id.slice(-6)}` : id;

/** "1 batch", "3 batches". */
export const showCount = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : several}`;

/** A whole number with its thousands apart. */
export const showNumber = (n: number): string => n.toLocaleString("en-GB");
