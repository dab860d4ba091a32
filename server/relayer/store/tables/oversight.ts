import type { Generated } from "kysely";
import type { ParticipantId } from "../../../../protocol/corridor.ts";
import type { BatchId } from "../../../../protocol/messages.ts";
import type { TransferState } from "../../../../protocol/transfer-state.ts";
import type { GeneratedTime, Json } from "./columns.ts";

export interface HaltTable {
  scope: string;
  reason: string;
  since: GeneratedTime;
}

export const CASE_KINDS = [
  /** A payee has signed two different outcomes for one batch. */
  "two-outcomes",
  /** The payee has credited what the chain has given back to the payer. */
  "credited-and-released",
  /** The chain has replaced blocks that were final. */
  "reorganised",
  /** The relayer's key has been used by somebody else. */
  "foreign-nonce",
  /** Two sides' books differ. */
  "reconciliation-break",
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

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

/** Something that an operator, or the relayer by itself, did to the rail. Texts, so that they hash alike. */
export type AuditAct = Readonly<Record<"act" | "by" | "subject" | "reason" | "at", string>>;

export type AuditKind = "transfer" | "act";

export interface OutboxTable {
  id: Generated<bigint>;
  /** Steps of batches that one statement has written, by their positions, in order. */
  event_positions: bigint[] | null;
  /** How many steps of transfers those are. */
  steps: number | null;
  /** With the first steps of a statement: how many transfers it has led on from each state. */
  left_states: Json<Readonly<Record<string, number>>> | null;
  act: Json<AuditAct> | null;
}

/** How many transfers are in a state, as the audit log tells it. */
export interface TransferCountTable {
  state: TransferState;
  count: bigint;
}

export interface AuditEntryTable {
  seq: bigint;
  kind: AuditKind;
  participant_id: ParticipantId | null;
  /** The batch of the transfer that the entry is about. */
  batch_id: BatchId | null;
  entry: string;
  /** SHA-256, both; read as hex. */
  digest: Buffer;
  hash: Buffer;
}

export interface AuditAnchorTable {
  seq: bigint;
  hash: string;
  lane: string;
  nonce: bigint;
  created_at: GeneratedTime;
}
