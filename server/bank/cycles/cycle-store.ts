import { cycleAnswerSchema, type WireCycleAnswer } from "../../../protocol/wire/bank.ts";
import type { BankDatabase } from "../ledger/open-ledger.ts";

/** What the bank answered to a cycle, and to which body. */
export interface StoredCycle {
  readonly id: string;
  readonly bodyHash: string;
  readonly answer: WireCycleAnswer;
}

/** A cycle that the bank has confirmed or contradicted, by its id; undefined when it knows none. */
export function findCycle(db: BankDatabase, id: string): StoredCycle | undefined {
  const row = db.prepare("select * from cycles where id = ?").get(id);
  if (row === undefined) return undefined;
  const answer = cycleAnswerSchema.parse(JSON.parse(String(row["answer"])));
  return { id, bodyHash: String(row["body_hash"]), answer };
}

/** Stores an answer; one to a cycle that was not agreed takes the place of the last. */
export function saveCycle(db: BankDatabase, cycle: StoredCycle, at: bigint): void {
  const agreed = cycle.answer.agreed ? 1 : 0;
  db.prepare(
    `insert into cycles values (?, ?, ?, ?, 0, ?)
     on conflict (id) do update set body_hash = excluded.body_hash, answer = excluded.answer,
       agreed = excluded.agreed, confirmed_at = excluded.confirmed_at`,
  ).run(cycle.id, cycle.bodyHash, JSON.stringify(cycle.answer), agreed, at);
}

/** Agreed cycles after which the bank's positions have not been swept yet. */
export function unsweptCycles(db: BankDatabase): string[] {
  const rows = db.prepare("select id from cycles where agreed = 1 and swept = 0").all();
  return rows.map((row) => String(row["id"]));
}

/** Notes that the positions were swept after these cycles. */
export function markSwept(db: BankDatabase, ids: readonly string[]): void {
  const mark = db.prepare("update cycles set swept = 1 where id = ?");
  for (const id of ids) mark.run(id);
}
