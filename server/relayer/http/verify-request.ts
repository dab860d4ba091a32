import { verify } from "node:crypto";
import type { Request } from "express";
import { verifySignature } from "http-message-sig";
import type { ParticipantId } from "../../../protocol/corridor.ts";
import {
  componentsFor,
  REQUEST_ALGORITHM,
  type RequestKeyId,
  SIGNATURE_PARAMETERS,
  SIGNATURE_WINDOW_SECONDS,
} from "../../../protocol/request-signature.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { KeyRing } from "../services/key-ring.ts";

const NONCE = /^[\x21-\x7e]{8,128}$/;
const ASCII = /^[\t\x20-\x7e]*$/;

const REMEDY =
  "sign @method @authority @path @query, and content-digest, content-type and idempotency-key where the request has them";

/** One answer for every way in which a signature does not hold: it must not tell which keys exist. */
export function invalidSignature(cause?: unknown): ProblemError {
  const context = { remedy: REMEDY, ...(cause !== undefined && { cause }) };
  return new ProblemError("signature-invalid", "the request's signature does not hold", context);
}

/** A signed request's sender, and what its body must hash to. */
export interface SignedBy {
  readonly participantId: ParticipantId;
  readonly keyId: RequestKeyId;
  readonly contentDigest: string | undefined;
  /** Rejects with `signature-replayed` when the signature was used before: until then nothing may be done or told. */
  readonly admission: Promise<void>;
}

const hasBody = ({ headers }: Request) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** The request as it came over the wire. What is not ASCII cannot be signed, so that it is left out. */
function messageOf(request: Request) {
  const { rawHeaders } = request;
  const fields: { name: string; value: string }[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1] ?? "";
    if (ASCII.test(value)) fields.push({ name: rawHeaders[at] ?? "", value });
  }
  return {
    kind: "request" as const,
    method: request.method,
    targetUri: `http://${request.headers.host ?? ""}${request.originalUrl}`,
    fields,
  };
}

/**
 * A signature is good from 300 seconds before it says that it was made, since clocks differ, until it ends, which is at most 300
 * seconds after. All in Unix seconds. Throws `signature-expired`, or `signature-invalid` when it says that it is good for longer.
 */
export function assertInTime(
  { created = 0, expires = 0 }: { created?: number; expires?: number },
  now: number,
): void {
  if (expires - created > SIGNATURE_WINDOW_SECONDS || expires < created) throw invalidSignature();
  if (Math.abs(now - created) <= SIGNATURE_WINDOW_SECONDS && now <= expires) return;
  throw new ProblemError("signature-expired", "the request was signed too long ago, or for later", {
    remedy: `set the clock, and sign each request anew: it is good for ${SIGNATURE_WINDOW_SECONDS} s`,
  });
}

/** Checks what the signature covers and the signature itself, not yet whether it is in time or was used. */
async function verified(request: Request, keys: KeyRing) {
  const names = new Set(Object.keys(request.headers));
  // A body without a digest could be exchanged under the same signature.
  if (hasBody(request)) names.add("content-digest");
  let owner: ParticipantId | undefined;
  let failure: { readonly error: unknown } | undefined;
  const policy = {
    algorithms: [REQUEST_ALGORITHM],
    requiredComponents: componentsFor(names),
    requiredParameters: SIGNATURE_PARAMETERS,
    // Time is judged afterwards, so that a late signature is told from a wrong one.
    clockSkew: Number.MAX_SAFE_INTEGER,
  };
  const { parameters: signed } = await verifySignature(messageOf(request), {
    policy,
    async resolveVerifier({ parameters }) {
      const key = await keys.find(parameters.keyid ?? "").catch((error: unknown) => {
        failure = { error };
        throw error;
      });
      if (!key) throw new Error("no such key");
      owner = key.participantId;
      return {
        algorithm: REQUEST_ALGORITHM,
        verify: (data, bytes) => verify(null, data, key.publicKey, bytes),
      };
    },
  }).catch((error: unknown) => {
    // That the keys cannot be read is not the caller's mistake.
    throw failure === undefined ? invalidSignature(error) : failure.error;
  });
  return { parameters: signed, owner };
}

/** Uses a signature up: each is taken once. */
async function spend(keys: KeyRing, signature: Parameters<KeyRing["spend"]>[0]): Promise<void> {
  if (await keys.spend(signature)) return;
  throw new ProblemError("signature-replayed", "this signature was used before", {
    remedy: "sign each request anew, with a nonce of its own; keep the Idempotency-Key",
  });
}

/**
 * Finds out who has signed a request (RFC 9421), and begins to use the signature up. The body is compared when it is read.
 * Throws `signature-invalid`, in one wording, or `signature-expired`.
 */
export async function verifyRequest(
  request: Request,
  keys: KeyRing,
  nowSeconds: number,
): Promise<SignedBy> {
  const { parameters, owner } = await verified(request, keys);
  const { nonce = "", expires = 0 } = parameters;
  const keyId = (parameters.keyid ?? "") as RequestKeyId;
  if (!owner || !NONCE.test(nonce)) throw invalidSignature();
  assertInTime(parameters, nowSeconds);
  const admission = spend(keys, { keyId, nonce, expiresAt: new Date(expires * 1_000) });
  // Whoever refuses the request for another reason does not wait for it: its failure is then nobody's.
  admission.catch(() => undefined);
  const [contentDigest] = request.headersDistinct["content-digest"] ?? [];
  return { participantId: owner, keyId, contentDigest, admission };
}
