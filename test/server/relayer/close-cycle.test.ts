import { expect } from "chai";
import { sql } from "kysely";
import pino from "pino";
import type { ServiceContext } from "../../../server/relayer/service-context.ts";
import { closeCycle } from "../../../server/relayer/services/close-cycle.ts";
import { moveCheckpoint } from "../../../server/relayer/store/checkpoints.ts";
import { listCycles } from "../../../server/relayer/store/cycles.ts";
import { inTransaction } from "../../../server/relayer/store/in-transaction.ts";
import { openOwnDatabase } from "../../fixtures/one-postgres.ts";

const block = (number: number) => ({ number, hash: `0x${number}` });

describe("cut-off cycles of several instances", () => {
  it("are opened one after the other, and count no movement twice", async () => {
    await using open = await openOwnDatabase();
    const { db } = open;
    const context = {
      db,
      log: pino({ level: "silent" }),
      network: { deployedInBlock: 1 },
      bank: { confirmCycle: async () => ({ agreed: true, differences: [] }) },
    } as unknown as ServiceContext;
    const waiting = async (): Promise<number> => {
      const { rows } = await sql<{ count: bigint }>`select count(*) as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return Number(rows[0]?.count);
    };
    const until = async (count: number) => {
      while ((await waiting()) < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await moveCheckpoint(db, undefined, block(100));
    const closing: Promise<unknown>[] = [];
    await inTransaction(db, async (trx) => {
      // Both have begun before either has summed up what moved.
      await sql`lock table position_movements in access exclusive mode`.execute(trx);
      closing.push(closeCycle(context));
      await until(1);
      await moveCheckpoint(db, block(100), block(101));
      closing.push(closeCycle(context));
      await until(2);
    });
    await Promise.all(closing);
    // The second one has found the first one's cycle open, or closed already and the next one due.
    await closeCycle(context);
    const spans = (await listCycles(db, 10)).map((cycle) => [cycle.from_block, cycle.to_block]);
    expect(spans).to.deep.equal([
      [101n, 101n],
      [1n, 100n],
    ]);
  });
});
