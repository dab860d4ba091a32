import type { Generated } from "kysely";
import type { CorridorId, ParticipantId } from "../../../../protocol/corridor.ts";
import type { BatchId, QuoteHash, Signature } from "../../../../protocol/messages.ts";
import type { WireQuoteMessage } from "../../../../protocol/wire/messages.ts";
import type { WireAccount } from "../../../../protocol/wire/payment-details.ts";
import type { GeneratedTime, Json } from "./columns.ts";

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
