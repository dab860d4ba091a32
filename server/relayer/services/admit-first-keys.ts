import type { ParticipantId } from "../../../protocol/corridor.ts";
import { type PublicRequestKey, requestKeyIdOf } from "../../../protocol/request-signature.ts";
import { inTransaction } from "../store/in-transaction.ts";
import type { Database } from "../store/open-database.ts";
import { insertRequestKey } from "../store/request-keys.ts";
import { RELAYER, recordAct } from "./record-act.ts";

/**
 * Takes in the keys that the configuration names, each once: with its first key a participant registers the next ones.
 * One that was revoked stays revoked, whatever the configuration says.
 */
export async function admitFirstKeys(
  db: Database,
  keys: ReadonlyMap<ParticipantId, PublicRequestKey>,
): Promise<void> {
  for (const [participantId, key] of keys) {
    const keyId = requestKeyIdOf(key);
    await inTransaction(db, async (trx) => {
      if (!(await insertRequestKey(trx, { keyId, participantId, publicKey: key.x }))) return;
      const subject = `${participantId} ${keyId}`;
      await recordAct(trx, { act: "add-key", by: RELAYER, subject, reason: "first key" });
    });
  }
}
