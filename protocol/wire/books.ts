import { z } from "zod";
import { JOURNAL_KINDS } from "../journal.ts";

const whole = z.string().regex(/^(0|[1-9]\d{0,18})$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.strictObject({
  value: z.string().regex(/^-?\d+(\.\d+)?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** One entry of the journal: an amount that moves from `debit` to `credit`. */
export const journalEntrySchema = z.strictObject({
  position: whole,
  uetr: z.string(),
  batchId: z.string(),
  kind: z.enum(JOURNAL_KINDS),
  debit: z.string(),
  credit: z.string(),
  amount,
  /** The block that told; absent for what a signature told. */
  blockNumber: z.number().int().optional(),
  /** The entry that this one undoes, since the chain has replaced its block. */
  undoes: whole.optional(),
  at: z.iso.datetime(),
});
export type WireJournalEntry = z.infer<typeof journalEntrySchema>;

export const accountBalanceSchema = z.strictObject({ account: z.string(), balance: amount });
export type WireAccountBalance = z.infer<typeof accountBalanceSchema>;

/** One entry of the audit log; `entry` only for those who may read it. */
export const auditEntrySchema = z.strictObject({
  seq: whole,
  digest: sha256,
  hash: sha256,
  entry: z.string().optional(),
});
export type WireAuditEntry = z.infer<typeof auditEntrySchema>;

export const auditHeadSchema = z.strictObject({
  seq: whole,
  hash: sha256,
  /** The newest head that was sent to the chain; `blockNumber` once a final block holds it. */
  anchor: z
    .strictObject({
      seq: whole,
      hash: sha256,
      transactionHash: z.string(),
      blockNumber: z.number().int().optional(),
    })
    .optional(),
});
export type WireAuditHead = z.infer<typeof auditHeadSchema>;

const page = <T extends z.ZodType>(entries: T) =>
  z.strictObject({ entries: z.array(entries), next: whole });
export const journalPageSchema = page(journalEntrySchema);
export const auditPageSchema = page(auditEntrySchema);
export const balancesSchema = z.strictObject({ accounts: z.array(accountBalanceSchema) });
