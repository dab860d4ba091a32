import { type ParseArgsConfig, parseArgs } from "node:util";

/** A mistake of the caller's is one clear line, what can be said besides, and exit code 2. */
export function refuse(message: string, usage?: string): never {
  console.error(usage === undefined ? message : `${message}\n\n${usage}`);
  process.exit(2);
}

/** Reads the command line; an unknown option is one clear line and exit code 2. */
export function readOptions<T extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  options: T,
  allowPositionals = false,
) {
  try {
    const parsed = parseArgs({
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals,
    });
    if ((parsed.values as { help?: boolean }).help) {
      console.log(usage);
      process.exit(0);
    }
    return parsed as ReturnType<typeof parseArgs<{ options: T; allowPositionals: boolean }>>;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), usage);
  }
}

/** "0", "250ms", "1s" or "1.5s" in milliseconds. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  if (amount === undefined) refuse(`${text} is not a duration: write 0, 250ms or 1s`);
  return Math.round(Number(amount) * (unit === "ms" ? 1 : 1_000));
}

/** A number above zero, such as "50" or "0.5"; anything else is one clear line and exit code 2. */
export function readNumber(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : refuse(`--${option} is a number above zero, not ${text}`);
}

/** A whole number from `least` on, 1 unless told otherwise; anything else is one clear line and exit code 2. */
export function readCount(option: string, text: string, least = 1): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value >= least) return value;
  return refuse(`--${option} is a whole number from ${least} on, not ${text}`);
}

/** One of some words; anything else is one clear line that names them, and exit code 2. */
export function readChoice<T extends string>(what: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  return found ?? refuse(`${what} is one of ${allowed.join(", ")}, not ${text || "nothing"}`);
}
