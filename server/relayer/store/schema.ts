import type { ColumnType, Generated } from "kysely";
import type { CorridorId, ParticipantId } from "../../../protocol/corridor.ts";
import type { BatchId, QuoteHash, Signature } from "../../../protocol/messages.ts";
import type { TransferState } from "../../../protocol/transfer-state.ts";
import type { WireBatchMessage, WireQuoteMessage } from "../../../protocol/wire/messages.ts";
import type { PaymentDetails, WireAccount } from "../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";

/** A JSON column: read as a value, written as text. */
type Json<T> = ColumnType<T, string, string>;
type GeneratedTime = ColumnType<Date, Date | undefined, Date>;

/**
 * What is to be done with a batch next. The "-ing" stages wait for the chain to tell; a sweep looks at them
 * again when their time is up.
 */
export type BatchStage =
  | "reserve"
  | "reserving"
  | "credit"
  | "settle"
  | "settling"
  | "expire"
  | "expiring"
  | "done";

/** Where on chain something happened. */
export interface ChainReference {
  readonly transactionHash: string;
  readonly blockNumber: number;
}

export interface WholesaleQuoteTable {
  quote_hash: QuoteHash;
  corridor_id: CorridorId;
  message: Json<WireQuoteMessage>;
  signature: Signature;
  rate_major: string;
  mid_rate: Json<{ value: string; source: string; date: string }>;
  max_send: bigint;
  promised: Generated<bigint>;
  valid_until: bigint;
  created_at: GeneratedTime;
}

export interface QuoteTable {
  id: string;
  participant_id: ParticipantId;
  corridor_id: CorridorId;
  quote_hash: QuoteHash;
  fixed_side: "send" | "receive";
  send_minor: bigint;
  receive_minor: bigint;
  fees: Json<{ type: string; minor: string }[]>;
  creditor_account: Json<WireAccount>;
  masked_name: string;
  screening: Json<{ listVersion: string; result: "clear" }>;
  created_at: GeneratedTime;
  expires_at: Date;
  used_by: BatchId | null;
  released: Generated<boolean>;
}

export interface BatchTable {
  batch_id: BatchId;
  participant_id: ParticipantId;
  corridor_id: CorridorId;
  quote_hash: QuoteHash;
  idempotency_key: string;
  request_hash: string;
  message: Json<WireBatchMessage>;
  signature: Signature;
  send_total: bigint;
  count: number;
  stage: BatchStage;
  due_at: GeneratedTime;
  lease_owner: string | null;
  lease_until: Date | null;
  lease_epoch: Generated<number>;
  attempts: Generated<number>;
  last_error: string | null;
  valid_until: bigint;
  settle_until: bigint;
  rejections: string | null;
  outcome_signature: Signature | null;
  reserved_at: Json<ChainReference> | null;
  settled_at: Json<ChainReference> | null;
  expired_at: Json<ChainReference> | null;
  accepted_at: GeneratedTime;
}

export interface TransferTable {
  participant_id: ParticipantId;
  uetr: Uetr;
  batch_id: BatchId;
  batch_index: number;
  quote_id: string;
  state: TransferState;
  version: Generated<number>;
  reason: string | null;
  commitment: string;
  send_minor: bigint;
  receive_minor: bigint;
  details: Json<PaymentDetails>;
  salt: string;
  returned_at: Json<ChainReference> | null;
  accepted_at: GeneratedTime;
}

export interface TransferEventTable {
  position: Generated<bigint>;
  participant_id: ParticipantId;
  uetr: Uetr;
  version: number;
  state: TransferState;
  reason: string | null;
  at: GeneratedTime;
}

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

export interface HaltTable {
  scope: string;
  reason: string;
  since: GeneratedTime;
}

export type CaseKind =
  /** A payee has signed two different outcomes for one batch. */
  | "two-outcomes"
  /** The payee has credited what the chain has given back to the payer. */
  | "credited-and-released"
  /** The chain has replaced blocks that were final. */
  | "reorganised"
  /** The relayer's key has been used by somebody else. */
  | "foreign-nonce"
  /** Two sides' books differ. */
  | "reconciliation-break";

export interface CaseTable {
  id: Generated<string>;
  kind: CaseKind;
  subject: string;
  facts: Json<Record<string, unknown>>;
  next_action: string;
  opened_at: GeneratedTime;
  resolved_at: Date | null;
  resolution: string | null;
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

export interface ReturnTable {
  batch_id: BatchId;
  batch_index: number;
  reason: string;
  signature: Signature;
  stage: "return" | "returning" | "done";
  due_at: GeneratedTime;
  attempts: Generated<number>;
  last_error: string | null;
  created_at: GeneratedTime;
}

export interface PositionMovementTable {
  block_number: bigint;
  log_index: number;
  leg: number;
  account: string;
  token: string;
  amount_minor: bigint;
}

export interface CycleTable {
  id: string;
  from_block: bigint;
  to_block: bigint;
  state: "open" | "agreed" | "differs";
  movements: Json<{ account: string; token: string; netMinor: string }[]>;
  differences: Json<unknown[]> | null;
  created_at: GeneratedTime;
}

export interface RelayerSchema {
  wholesale_quotes: WholesaleQuoteTable;
  quotes: QuoteTable;
  batches: BatchTable;
  transfers: TransferTable;
  transfer_events: TransferEventTable;
  chain_transactions: ChainTransactionTable;
  replaced_transactions: ReplacedTransactionTable;
  halts: HaltTable;
  cases: CaseTable;
  followed_blocks: { number: bigint; hash: string };
  nonce_lanes: { lane: string; next_nonce: bigint };
  chain_checkpoints: { name: string; number: bigint; hash: string };
  returns: ReturnTable;
  position_movements: PositionMovementTable;
  cycles: CycleTable;
}
