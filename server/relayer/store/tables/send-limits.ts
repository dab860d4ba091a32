import type { Generated } from "kysely";
import type { CorridorId, ParticipantId } from "../../../../protocol/corridor.ts";

export interface SendLimitTable {
  participant_id: ParticipantId;
  corridor_id: CorridorId;
  maximum_minor: bigint;
  day: Generated<string>;
  /** Minor units that were accepted on `day`. */
  sent_minor: Generated<bigint>;
}
