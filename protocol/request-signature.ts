import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { encodeBase64 } from "ethers";
import { z } from "zod";
import type { Brand } from "./brand.ts";

/**
 * The profile of HTTP Message Signatures (RFC 9421) with which a participant signs its requests. It says who asks, and
 * that nobody has changed or repeated the question; money moves only by the participant's EIP-712 signature.
 */
export const REQUEST_ALGORITHM = "ed25519";
export const SIGNATURE_LABEL = "sig";
/** A signature is good for so long behind its `created`, in seconds; clocks may differ by as much. */
export const SIGNATURE_WINDOW_SECONDS = 300;
export const SIGNATURE_PARAMETERS = ["created", "expires", "nonce", "keyid"] as const;

/** What a signature covers of every request. */
const DERIVED = ["@method", "@authority", "@path", "@query"];
/** And of the fields that a request has, these. */
const FIELDS = ["content-digest", "content-type", "idempotency-key"];

/** The components that a request with these fields (lower case) must be signed over. */
export function componentsFor(fields: Iterable<string>): string[] {
  const present = new Set(fields);
  return [...DERIVED, ...FIELDS.filter((field) => present.has(field))];
}

/** Content-Digest (RFC 9530) of a body. */
export function contentDigestOf(body: Uint8Array): string {
  return `sha-256=:${encodeBase64(sha256(body))}:`;
}

/** Names a participant's request key: the key's own hash, so that no two keys share a name. */
export type RequestKeyId = Brand<string, "RequestKeyId">;

const KEY_BYTES = /^[A-Za-z0-9_-]{43}$/;

/** A public ed25519 key as a JSON Web Key (RFC 8037). */
export const publicRequestKeySchema = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  /** 32 bytes in base64url. */
  x: z.string().regex(KEY_BYTES, "must be 32 bytes in base64url"),
});
export type PublicRequestKey = z.output<typeof publicRequestKeySchema>;

/** The same with its secret half: for a wallet's own configuration, never for the wire. */
export const privateRequestKeySchema = z.strictObject({
  ...publicRequestKeySchema.shape,
  d: z.string().regex(KEY_BYTES, "must be 32 bytes in base64url"),
});
export type PrivateRequestKey = z.output<typeof privateRequestKeySchema>;

/** A key's id: its JWK thumbprint (RFC 7638) with SHA-256, in base64url. */
export function requestKeyIdOf({ x }: { readonly x: string }): RequestKeyId {
  const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`;
  const text = encodeBase64(sha256(utf8ToBytes(canonical)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") as RequestKeyId;
}
