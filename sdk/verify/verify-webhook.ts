import { decodeBase64 } from "ethers";
import { transferEventSchema } from "../../protocol/wire/webhooks.ts";
import type { TransferEvent } from "../api/follow-events.ts";
import { CorridorError } from "../errors/corridor-error.ts";

/** A webhook as it arrived. */
export interface ReceivedWebhook {
  /** By lower-case name, or anything that has `get`, such as `Headers`. */
  readonly headers:
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | { get(name: string): string | null };
  /** Byte for byte, before anything has parsed it. */
  readonly body: string | Uint8Array;
}

/** A webhook that the relayer has sent. */
export interface VerifiedWebhook {
  /** The same over all attempts: whoever has dealt with it once answers 2xx and does nothing. */
  readonly id: string;
  readonly event: TransferEvent;
}

/** How a webhook's time is judged. */
export interface WebhookOptions {
  /** How far the sender's clock may be from ours; 300 unless told otherwise. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly now?: number;
}

/** https://www.standardwebhooks.com: five minutes, against replays. */
const TOLERANCE_SECONDS = 300;
const SECRET_PREFIX = "whsec_";
const SIGNATURE_PREFIX = "v1,";
const HMAC = { name: "HMAC", hash: "SHA-256" };

function refuse(detail: string): never {
  throw new CorridorError("webhook-invalid", detail, {
    remedy: "answer 400, and do nothing; check the endpoint's secret if every webhook fails",
  });
}

function headerOf({ headers }: ReceivedWebhook, name: string): string {
  const value = typeof headers.get === "function" ? headers.get(name) : Reflect.get(headers, name);
  return typeof value === "string" && value !== "" ? value : refuse(`it has no ${name}`);
}

function readTimestamp(text: string, { toleranceSeconds, now }: Required<WebhookOptions>): void {
  const seconds = /^[0-9]{1,12}$/.test(text) ? Number(text) : refuse("its time cannot be read");
  if (Math.abs(now / 1_000 - seconds) > toleranceSeconds) refuse("it is not of now");
}

function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  return header.split(" ").flatMap((signature) => {
    if (!signature.startsWith(SIGNATURE_PREFIX)) return [];
    try {
      return [Uint8Array.from(decodeBase64(signature.slice(SIGNATURE_PREFIX.length)))];
    } catch {
      return [];
    }
  });
}

function keyOf(secret: string): Promise<CryptoKey> {
  const base64 = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  const bytes = Uint8Array.from(decodeBase64(base64));
  return crypto.subtle.importKey("raw", bytes, HMAC, false, ["verify"]);
}

/** Whether one of the secrets made one of the signatures. Compared in constant time, by Web Crypto. */
async function isSigned(
  secrets: readonly string[],
  signatures: readonly Uint8Array<ArrayBuffer>[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const secret of secrets) {
    const key = await keyOf(secret);
    for (const signature of signatures) {
      if (await crypto.subtle.verify(HMAC, key, signature, signed)) return true;
    }
  }
  return false;
}

function readEvent(body: Uint8Array): TransferEvent {
  try {
    return transferEventSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return refuse("it holds no event");
  }
}

/**
 * Checks by Standard Webhooks that the relayer sent a webhook, just now, and reads its event. While a secret is being
 * rotated, give both. What the event says is a hint, as everything that a relayer says.
 *
 * @throws CorridorError `webhook-invalid` for a missing or foreign signature, or a time more than five minutes off.
 */
export async function verifyWebhook(
  secret: string | readonly string[],
  webhook: ReceivedWebhook,
  options: WebhookOptions = {},
): Promise<VerifiedWebhook> {
  const { toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() } = options;
  const id = headerOf(webhook, "webhook-id");
  const timestamp = headerOf(webhook, "webhook-timestamp");
  const signatures = signaturesIn(headerOf(webhook, "webhook-signature"));
  readTimestamp(timestamp, { toleranceSeconds, now });
  const { body } = webhook;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const start = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(start.length + bytes.length);
  signed.set(start);
  signed.set(bytes, start.length);
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (!(await isSigned(secrets, signatures, signed))) refuse("no signature is of this secret");
  return { id, event: readEvent(bytes) };
}
