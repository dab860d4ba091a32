import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { decodeBase64, encodeBase64 } from "ethers";

/** Standard Webhooks: a symmetric secret is written with this before its base64. */
const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;

export interface WebhookMessage {
  /** The same over all attempts. */
  readonly id: string;
  /** Of this attempt, in Unix seconds. */
  readonly timestamp: number;
  /** The body, byte for byte. */
  readonly body: string;
}

/** Writes secret bytes as wallets configure them. `bytes` must be 24 to 64 random ones. */
export const writeWebhookSecret = (bytes: Uint8Array) => `${SECRET_PREFIX}${encodeBase64(bytes)}`;
export const WEBHOOK_SECRET_BYTES = SECRET_BYTES;

/** HMAC-SHA256 over `id.timestamp.body`, as https://www.standardwebhooks.com writes it: "v1," and base64. */
export function signWebhook(secret: string, { id, timestamp, body }: WebhookMessage): string {
  const key = decodeBase64(secret.slice(SECRET_PREFIX.length));
  const mac = hmac(sha256, key, concatBytes(utf8ToBytes(`${id}.${timestamp}.`), utf8ToBytes(body)));
  return `v1,${encodeBase64(mac)}`;
}

/** Compares texts of one length without telling by time where they differ. */
function isSame(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

/** Whether one of the signatures in a header, separated by spaces, is of this secret. */
export function isWebhookSignedBy(
  secret: string,
  message: WebhookMessage,
  signatures: string,
): boolean {
  const expected = signWebhook(secret, message);
  return signatures.split(" ").some((signature) => isSame(signature, expected));
}
