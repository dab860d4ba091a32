import { type ParseArgsConfig, parseArgs } from "node:util";

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
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

/** "0", "250ms", "1s" or "1.5s" in milliseconds. */
export function readDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  if (amount === undefined) {
    console.error(`${text} is not a duration: write 0, 250ms or 1s`);
    process.exit(2);
  }
  return Math.round(Number(amount) * (unit === "ms" ? 1 : 1_000));
}
