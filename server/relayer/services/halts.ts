import type { Logger } from "../../foundation/log/create-logger.ts";
import { deleteHalt, type HaltScope, insertHalt, listHalts } from "../store/halts.ts";
import type { Database } from "../store/open-database.ts";

/** What the rail does not do for the time being. Halts are rows, so that they hold for every instance and restart. */
export interface Halts {
  /** The reason why something is halted, or undefined; at most half a second old. */
  reasonOf(scope: HaltScope): Promise<string | undefined>;
  halt(scope: HaltScope, reason: string): Promise<void>;
  /** Lifts a halt; answers whether there was one. */
  lift(scope: HaltScope): Promise<boolean>;
}

const KEPT_MS = 500;

/** Reads and sets halts. What protects money (settle, expire, return) is never halted by `reservations`. */
export function createHalts(db: Database, log: Logger): Halts {
  let read: { at: number; reasons: Promise<Map<string, string>> } | undefined;

  async function load(): Promise<Map<string, string>> {
    const rows = await listHalts(db);
    return new Map(rows.map(({ scope, reason }) => [scope, reason]));
  }

  return {
    async reasonOf(scope) {
      if (read === undefined || performance.now() - read.at > KEPT_MS) {
        const reasons = load();
        reasons.catch(() => {
          read = undefined;
        });
        read = { at: performance.now(), reasons };
      }
      return (await read.reasons).get(scope);
    },
    async halt(scope, reason) {
      read = undefined;
      if (await insertHalt(db, scope, reason)) log.error({ scope, reason }, "halted");
    },
    async lift(scope) {
      read = undefined;
      const lifted = await deleteHalt(db, scope);
      if (lifted) log.warn({ scope }, "halt lifted");
      return lifted;
    },
  };
}
