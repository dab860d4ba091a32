import { sql } from "kysely";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { Uetr } from "../../../protocol/wire/primitives.ts";
import type { Db } from "./open-database.ts";

/** Transfers with every signed message that they rest on. */
function evidence(db: Db) {
  return db
    .selectFrom("transfers as t")
    .innerJoin("batches as b", "b.batch_id", "t.batch_id")
    .innerJoin("wholesale_quotes as w", "w.quote_hash", "b.quote_hash")
    .leftJoin("returns as r", (join) =>
      join.onRef("r.batch_id", "=", "t.batch_id").onRef("r.batch_index", "=", "t.batch_index"),
    )
    .select(["t.batch_id", "t.batch_index", "t.returned_at"])
    .select(["b.message as batch", "b.signature as batch_signature"])
    .select(["b.rejections", "b.outcome_signature"])
    .select(["b.reserved_at", "b.settled_at", "b.expired_at"])
    .select(["w.message as quote", "w.signature as quote_signature"])
    .select(["r.reason as return_reason", "r.signature as return_signature"]);
}

/** One wallet's transfer with its evidence; undefined for a foreign or missing one. */
export async function findEvidence(
  db: Db,
  key: { readonly participantId: ParticipantId; readonly uetr: Uetr },
) {
  return evidence(db)
    .where("t.participant_id", "=", key.participantId)
    .where("t.uetr", "=", key.uetr)
    .executeTakeFirst();
}

/** The transfer of a proof key (64 hexadecimal digits) with its evidence, whosoever it is; see protocol/proof-key.ts. */
export async function findEvidenceByProofKey(db: Db, proofKey: string) {
  const key = sql<Buffer>`sha256(('corridor-proof:' || t.uetr || ':' || t.salt)::bytea)`;
  return evidence(db).where(key, "=", sql<Buffer>`decode(${proofKey}, 'hex')`).executeTakeFirst();
}
