import { createPublicKey, verify } from "node:crypto";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import {
  type PublicRequestKey,
  type RequestKeyId,
  requestKeyIdOf,
} from "../../../protocol/request-signature.ts";
import { newKeyText, type WireRequestKey } from "../../../protocol/wire/request-keys.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { ServiceContext } from "../service-context.ts";
import { inTransaction } from "../store/in-transaction.ts";
import {
  insertRequestKey,
  listRequestKeys,
  lockLiveKeys,
  type StoredRequestKey,
  setRevoked,
} from "../store/request-keys.ts";
import type { Order } from "./halts.ts";
import { recordAct } from "./record-act.ts";

/** Keys that one participant may sign with at a time: enough to rotate, few enough to look after. */
export const MAX_LIVE_KEYS = 10;
const MAX_LISTED = 200;

const jwkOf = (x: string): PublicRequestKey => ({ kty: "OKP", crv: "Ed25519", x });

function toWire(key: StoredRequestKey): WireRequestKey {
  return {
    keyId: key.key_id,
    publicKey: jwkOf(key.public_key),
    createdAt: key.created_at.toISOString(),
    ...(key.not_after && { notAfter: key.not_after.toISOString() }),
    ...(key.revoked_at && { revokedAt: key.revoked_at.toISOString() }),
    ...(key.revoked_reason !== null && { revokedReason: key.revoked_reason }),
  };
}

/** A participant's keys, the newest first. */
export async function readRequestKeys({ db }: ServiceContext, participantId: ParticipantId) {
  return { keys: (await listRequestKeys(db, participantId, MAX_LISTED)).map(toWire) };
}

function assertProof(participantId: ParticipantId, key: PublicRequestKey, proof: string): void {
  const publicKey = createPublicKey({ key, format: "jwk" });
  const text = Buffer.from(newKeyText(participantId, requestKeyIdOf(key)));
  if (verify(null, text, publicKey, Buffer.from(proof, "base64url"))) return;
  throw new ProblemError("key-proof", "the new key has not signed its registration", {
    pointer: "/proof",
    remedy: `sign "${newKeyText(participantId, requestKeyIdOf(key))}" with the new key`,
  });
}

/** A key to add. An operator who knows its holder by other means may leave the proof out. */
export interface KeyToAdd {
  readonly publicKey: PublicRequestKey;
  readonly proof?: string;
  readonly notAfter?: string | undefined;
}

/**
 * Lets a participant sign requests with one more key. Throws `key-proof` when the key's holder has not signed for it,
 * `key-exists` for one that was ever registered, `limit-exceeded` past ten live ones.
 */
export async function addRequestKey(
  { db, requestKeys }: ServiceContext,
  participantId: ParticipantId,
  { publicKey, proof, notAfter, by, reason }: KeyToAdd & Order,
): Promise<WireRequestKey> {
  if (proof !== undefined) assertProof(participantId, publicKey, proof);
  const keyId = requestKeyIdOf(publicKey);
  await inTransaction(db, async (trx) => {
    if ((await lockLiveKeys(trx, participantId)).length >= MAX_LIVE_KEYS) {
      throw new ProblemError("limit-exceeded", `${MAX_LIVE_KEYS} keys are live already`, {
        remedy: "revoke one that is used no more",
      });
    }
    const end = notAfter === undefined ? undefined : new Date(notAfter);
    const key = { keyId, participantId, publicKey: publicKey.x, notAfter: end };
    if (!(await insertRequestKey(trx, key))) {
      throw new ProblemError("key-exists", "this key was registered before", {
        pointer: "/publicKey",
        remedy: "make a new key",
      });
    }
    await recordAct(trx, { act: "add-key", by, subject: `${participantId} ${keyId}`, reason });
  });
  requestKeys.forget();
  const keys = await listRequestKeys(db, participantId, MAX_LISTED);
  const added = keys.find((each) => each.key_id === keyId);
  if (!added) throw new Error("a key was added and is gone");
  return toWire(added);
}

/**
 * Ends a key at once, at every instance within a second. A foreign key looks like a missing one. A participant keeps
 * its last one (`key-last`), so that it does not lock itself out; an operator may end that one too.
 */
export async function revokeRequestKey(
  { db, requestKeys }: ServiceContext,
  key: { readonly participantId: ParticipantId; readonly keyId: RequestKeyId },
  { by, reason, mayEndLast }: Order & { readonly mayEndLast: boolean },
): Promise<void> {
  const { participantId, keyId } = key;
  await inTransaction(db, async (trx) => {
    const live = await lockLiveKeys(trx, participantId);
    if (!live.includes(keyId))
      throw new ProblemError("not-found", "there is no live key of this id");
    if (live.length === 1 && !mayEndLast) {
      throw new ProblemError("key-last", "this is the only key that is left", {
        remedy: "register a new one first",
      });
    }
    await setRevoked(trx, keyId, reason);
    await recordAct(trx, { act: "revoke-key", by, subject: `${participantId} ${keyId}`, reason });
  });
  requestKeys.forget();
}
