import type { Generated } from "kysely";
import type { ParticipantId } from "../../../../protocol/corridor.ts";
import type { GeneratedTime } from "./columns.ts";

export interface WebhookEndpointTable {
  id: Generated<string>;
  participant_id: ParticipantId;
  url: string;
  secret: string;
  previous_secret: string | null;
  previous_secret_until: Date | null;
  state: Generated<"active" | "disabled">;
  disabled_reason: string | null;
  cursor_seq: bigint;
  created_at: GeneratedTime;
}

export interface WebhookDeliveryTable {
  id: Generated<string>;
  endpoint_id: string;
  seq: bigint;
  state: Generated<"pending" | "delivered" | "dead">;
  attempts: Generated<number>;
  tries: Generated<number>;
  due_at: GeneratedTime;
  lease_until: Date | null;
  delivered_at: Date | null;
  created_at: GeneratedTime;
}

export interface WebhookAttemptTable {
  delivery_id: string;
  attempt: number;
  at: GeneratedTime;
  status: number | null;
  error: string | null;
  duration_ms: number;
}
