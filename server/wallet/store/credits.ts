import type { DatabaseSync } from "node:sqlite";
import type { BatchId } from "../../../protocol/messages.ts";
import type {
  CreditStatus,
  WireCreditAnswer,
  WireCreditInstruction,
} from "../../../protocol/wire/participant.ts";

/** What was decided on one transfer of a batch. */
export interface StoredCredit {
  readonly payer: string;
  readonly uetr: string;
  readonly batch_id: BatchId;
  readonly batch_index: bigint;
  readonly status: CreditStatus;
  readonly reason: string | null;
  readonly account: string | null;
  readonly amount: bigint;
}

/** A batch that was answered, with what was asked and what was signed. */
export interface StoredCreditBatch {
  readonly batch_id: BatchId;
  readonly payer: string;
  readonly instruction: WireCreditInstruction;
  readonly answer: WireCreditAnswer;
  readonly chain_state: "reserved" | "settled" | "expired";
}

/** Every decision ever made on a payer's UETR. */
export function findCredits(
  db: DatabaseSync,
  key: { readonly payer: string; readonly uetr: string },
): StoredCredit[] {
  const query = db.prepare("select * from credits where payer = ? and uetr = ?");
  return query.all(key.payer, key.uetr) as unknown as StoredCredit[];
}

/** A batch that has been answered, with the answer that was signed. */
export function findCreditBatch(db: DatabaseSync, batchId: string): StoredCreditBatch | undefined {
  const row = db.prepare("select * from credit_batches where batch_id = ?").get(batchId);
  if (!row) return undefined;
  return {
    ...(row as unknown as StoredCreditBatch),
    instruction: JSON.parse(String(row["instruction"])),
    answer: JSON.parse(String(row["answer"])),
  };
}

/** Stores an answered batch; call it in the commit that books its credits. */
export function insertCreditBatch(
  db: DatabaseSync,
  batch: {
    readonly batchId: BatchId;
    readonly payer: string;
    readonly instruction: WireCreditInstruction;
    readonly answer: WireCreditAnswer;
    readonly settleDueMs: number;
  },
): void {
  db.prepare(
    `insert into credit_batches (batch_id, payer, instruction, answer, chain_state, settle_due_ms, answered_at)
     values (?, ?, ?, ?, 'reserved', ?, ?)`,
  ).run(
    batch.batchId,
    batch.payer,
    JSON.stringify(batch.instruction),
    JSON.stringify(batch.answer),
    batch.settleDueMs,
    batch.answer.answeredAt,
  );
}

/** Stores what was decided on one item. */
export function insertCredit(
  db: DatabaseSync,
  credit: Omit<StoredCredit, "batch_index"> & { batch_index: number },
) {
  db.prepare(
    `insert into credits (payer, uetr, batch_id, batch_index, status, reason, account, amount)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    credit.payer,
    credit.uetr,
    credit.batch_id,
    credit.batch_index,
    credit.status,
    credit.reason,
    credit.account,
    credit.amount,
  );
}

/** Answered batches that nobody has settled although it is time. */
export function findUnsettled(db: DatabaseSync, nowMs: number): BatchId[] {
  const rows = db
    .prepare(
      "select batch_id from credit_batches where chain_state = 'reserved' and settle_due_ms <= ?",
    )
    .all(nowMs);
  return rows.map((row) => row["batch_id"] as BatchId);
}

/** Notes what the chain told of an answered batch. */
export function setChainState(
  db: DatabaseSync,
  batchId: string,
  state: "settled" | "expired",
): void {
  db.prepare("update credit_batches set chain_state = ? where batch_id = ?").run(state, batchId);
}

const CREDITS_PER_PAGE = 1_000;

/** A page of decisions; `next` is the `after` of the one that follows, when there is one. */
export interface CreditPage {
  readonly credits: readonly StoredCredit[];
  readonly next?: number;
}

/** Everything decided on a UTC day, rejections too, in the order of deciding. */
export function listCredits(
  db: DatabaseSync,
  page: { readonly date: string; readonly after: number },
): CreditPage {
  const rows = db
    .prepare(
      `select c.rowid as position, c.* from credits c join credit_batches b using (batch_id)
       where substr(b.answered_at, 1, 10) = ? and c.rowid > ? order by c.rowid limit ?`,
    )
    .all(page.date, page.after, CREDITS_PER_PAGE + 1);
  const credits = rows.slice(0, CREDITS_PER_PAGE);
  const last = rows.length > CREDITS_PER_PAGE ? credits.at(-1) : undefined;
  return {
    credits: credits as unknown as StoredCredit[],
    ...(last && { next: Number(last["position"]) }),
  };
}
