import type { Logger } from "../../foundation/log/create-logger.ts";
import { deleteHalt, type HaltScope, insertHalt, listHalts } from "../store/halts.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Database } from "../store/open-database.ts";
import { RELAYER, recordAct } from "./record-act.ts";

export type { HaltScope };

/** Who lifts or orders a halt, and why. */
export interface Order {
  readonly by: string;
  readonly reason: string;
}

/** What the rail does not do for the time being. Halts are rows, so that they hold for every instance and restart. */
export interface Halts {
  /** The reason why something is halted, or undefined; at most half a second old. */
  reasonOf(scope: HaltScope): Promise<string | undefined>;
  /** Halts something; the relayer does so by itself when nobody is named. */
  halt(scope: HaltScope, reason: string, by?: string): Promise<void>;
  /** Lifts a halt; answers whether there was one. */
  lift(scope: HaltScope, order: Order): Promise<boolean>;
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
    async halt(scope, reason, by = RELAYER) {
      const isNew = await inTransaction(db, async (trx) => {
        const inserted = await insertHalt(trx, scope, reason);
        if (inserted) await recordAct(trx, { act: "halt", by, subject: scope, reason });
        return inserted;
      });
      read = undefined;
      if (isNew) log.error({ scope, reason }, "halted");
    },
    async lift(scope, { by, reason }) {
      const lifted = await inTransaction(db, async (trx) => {
        const deleted = await deleteHalt(trx, scope);
        if (deleted) await recordAct(trx, { act: "lift-halt", by, subject: scope, reason });
        return deleted;
      });
      read = undefined;
      if (lifted) log.warn({ scope, by }, "halt lifted");
      return lifted;
    },
  };
}
