import { createPublicKey, type KeyObject } from "node:crypto";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import type { RequestKeyId } from "../../../protocol/request-signature.ts";
import { createGroupCommit } from "../../foundation/process/group-commit.ts";
import type { Database } from "../store/open-database.ts";
import { listLiveKeys } from "../store/request-keys.ts";
import { type RequestNonce, spendNonces } from "../store/request-nonces.ts";

/** Whose key it is, and the key to check signatures with. */
export interface HeldKey {
  readonly participantId: ParticipantId;
  readonly publicKey: KeyObject;
}

/** The keys that requests may be signed with now, and the nonces that were used. */
export interface KeyRing {
  /** A live key; at most a second old. Asking for unknown ones costs no statement each. */
  find(keyId: string): Promise<HeldKey | undefined>;
  /** Uses a nonce up; false when it was used before, at whichever instance. */
  spend(nonce: RequestNonce): Promise<boolean>;
  /** Keys have changed: the next look reads them again. */
  forget(): void;
}

const KEPT_MS = 1_000;
/** A key that another instance has just taken in is looked for again, but not more often than this. */
const LOOK_AGAIN_MS = 200;
/** Nonces that one statement uses up. */
const GROUP = 500;

type Held = ReadonlyMap<string, HeldKey>;

export function createKeyRing(db: Database): KeyRing {
  let read: { at: number; keys: Promise<Held> } | undefined;
  // Parsing a key costs more than checking a signature with it.
  const parsed = new Map<RequestKeyId, KeyObject>();

  function parse(keyId: RequestKeyId, x: string): KeyObject {
    const known = parsed.get(keyId);
    if (known) return known;
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    parsed.set(keyId, key);
    return key;
  }

  async function load(): Promise<Held> {
    const rows = await listLiveKeys(db);
    return new Map(
      rows.map((row) => [
        row.key_id,
        { participantId: row.participant_id, publicKey: parse(row.key_id, row.public_key) },
      ]),
    );
  }

  function keysOf(maxAgeMs: number): Promise<Held> {
    if (read && performance.now() - read.at <= maxAgeMs) return read.keys;
    const started = { at: performance.now(), keys: load() };
    read = started;
    started.keys.catch(() => {
      if (read === started) read = undefined;
    });
    return started.keys;
  }

  return {
    async find(keyId) {
      const known = (await keysOf(KEPT_MS)).get(keyId);
      return known ?? (await keysOf(LOOK_AGAIN_MS)).get(keyId);
    },
    spend: createGroupCommit((nonces: readonly RequestNonce[]) => spendNonces(db, nonces), GROUP),
    forget() {
      read = undefined;
    },
  };
}
