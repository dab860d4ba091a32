import type { Generated } from "kysely";
import type { ParticipantId } from "../../../../protocol/corridor.ts";
import type { JournalKind } from "../../../../protocol/journal.ts";
import type { BatchId } from "../../../../protocol/messages.ts";
import type { Uetr } from "../../../../protocol/wire/primitives.ts";
import type { GeneratedTime, Json } from "./columns.ts";

export interface JournalEntryTable {
  position: Generated<bigint>;
  participant_id: ParticipantId;
  uetr: Uetr;
  batch_id: BatchId;
  kind: JournalKind;
  debit: string;
  credit: string;
  currency: string;
  amount_minor: bigint;
  block_number: bigint | null;
  undoes: bigint | null;
  at: GeneratedTime;
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
