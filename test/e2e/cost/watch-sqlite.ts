import { StatementSync } from "node:sqlite";

const METHODS = ["get", "all", "run"] as const;

type Method = (this: StatementSync, ...args: unknown[]) => unknown;

/**
 * Watches what this process asks of SQLite from now on; calling `take` tells the statements that were run since it was last
 * called, in their order. Disposing of it ends the watching.
 */
export function watchSqlite() {
  const prototype = StatementSync.prototype as unknown as Record<string, Method>;
  const usual = new Map(METHODS.map((name) => [name, prototype[name]!]));
  let texts: string[] = [];
  for (const [name, method] of usual) {
    prototype[name] = function watched(...args) {
      texts.push(this.sourceSQL);
      return method.apply(this, args);
    };
  }
  return {
    take(): string[] {
      const seen = texts;
      texts = [];
      return seen;
    },
    [Symbol.dispose]() {
      for (const [name, method] of usual) prototype[name] = method;
    },
  };
}
