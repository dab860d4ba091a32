const SECONDS = { s: 1, m: 60, h: 3_600 } as const;
const DURATION = /(\d+)([smh])/;
/** How long an expression must hold, and how far back it looks: what a trial cannot wait for. */
const WAITS = /(?<=\n\s+for: )\d+[smh](?=\n)|(?<=\[)\d+[smh](?=\])/g;

function shorten(duration: string, factor: number): string {
  const [, amount = "0", unit = "s"] = DURATION.exec(duration) ?? [];
  const seconds = Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  return `${Math.max(1, Math.round(seconds / factor))}s`;
}

/**
 * Alert rules of which every `for` and every window is shorter by a factor, in whole seconds. Expressions and thresholds
 * stay as they are.
 */
export const hastenRules = (rules: string, factor: number): string =>
  rules.replace(WAITS, (duration) => shorten(duration, factor));

/** The names of the rules' alerts, in their order. */
export const alertsOf = (rules: string): string[] =>
  [...rules.matchAll(/^\s*- alert: (\w+)$/gm)].map(([, name = ""]) => name);
