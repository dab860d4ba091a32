import type { Generated } from "kysely";
import type { CorridorId, ParticipantId } from "../../../../protocol/corridor.ts";
import type { BatchId, QuoteHash, Signature } from "../../../../protocol/messages.ts";
import type { TransferState } from "../../../../protocol/transfer-state.ts";
import type { WireBatchMessage } from "../../../../protocol/wire/messages.ts";
import type { PaymentDetails } from "../../../../protocol/wire/payment-details.ts";
import type { Uetr } from "../../../../protocol/wire/primitives.ts";
import type { ChainReference, GeneratedTime, Json } from "./columns.ts";

/**
 * What is to be done with a batch next. The "-ing" stages wait for the chain to tell; a sweep looks at them
 * again when their time is up.
 */
export const WAITING_STAGES = [
  "reserve",
  "reserving",
  "credit",
  "settle",
  "settling",
  "expire",
  "expiring",
] as const;
export type BatchStage = (typeof WAITING_STAGES)[number] | "done";

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
  /** What it was before its last step; `accepted` before there is a second one. */
  state_before: Generated<TransferState>;
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

/** A step that transfers of one batch have taken together: each of them its `version`th. */
export interface TransferEventTable {
  position: Generated<bigint>;
  batch_id: BatchId;
  /** Their positions in the batch, as PostgreSQL writes a multirange. */
  places: string;
  /** How many they are. */
  count: number;
  version: number;
  state: TransferState;
  reason: string | null;
  at: GeneratedTime;
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
