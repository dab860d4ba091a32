import type { Generated } from "kysely";
import type { BatchId } from "../../../../protocol/messages.ts";
import type { GeneratedTime, Json } from "./columns.ts";

/** One call inside a chain transaction, in the order packed. */
export interface StoredCall {
  readonly kind: "reserve" | "settle" | "expire" | "return";
  readonly batchId: BatchId;
  readonly index?: number;
}

/** What a chain transaction is for: calls, an anchor of the audit log, or to fill its nonce. */
export type TransactionPurpose = "calls" | "anchor" | "filler";

export interface ReplacedTransactionTable {
  hash: string;
  lane: string;
  nonce: bigint;
  raw: string;
  replaced_at: GeneratedTime;
}

export interface ChainTransactionTable {
  lane: string;
  nonce: bigint;
  hash: string;
  raw: string;
  purpose: Generated<TransactionPurpose>;
  calls: Json<StoredCall[]>;
  signed_at: GeneratedTime;
  sent_at: Date | null;
  mined_block: bigint | null;
  created_at: GeneratedTime;
}
