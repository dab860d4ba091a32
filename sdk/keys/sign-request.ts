import { createSignature } from "http-message-sig";
import {
  componentsFor,
  contentDigestOf,
  REQUEST_ALGORITHM,
  SIGNATURE_LABEL,
  SIGNATURE_WINDOW_SECONDS,
} from "../../protocol/request-signature.ts";
import type { RequestKey } from "./request-key.ts";

/** A request as it will be sent. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Byte for byte as it will be sent. */
  readonly body?: string;
}

/** What a test may set of a signature. */
export interface SigningOptions {
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly now?: number;
}

const NONCE_BYTES = 16;

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The headers with which a request is sent: its own, Content-Digest (RFC 9530) when it has a body, and an HTTP message
 * signature (RFC 9421) that the relayer takes once, within 300 seconds. A repetition of the request is signed anew.
 */
export async function signRequest(
  key: RequestKey,
  request: UnsignedRequest,
  { now = Date.now() }: SigningOptions = {},
): Promise<Record<string, string>> {
  const own = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  const headers: Record<string, string> = Object.fromEntries(own);
  if (request.body !== undefined) {
    headers["content-digest"] = contentDigestOf(new TextEncoder().encode(request.body));
  }
  const created = Math.floor(now / 1_000);
  const message = {
    kind: "request" as const,
    method: request.method,
    targetUri: new URL(request.url).href,
    fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
  };
  const { signature, signatureInput } = await createSignature(message, {
    label: SIGNATURE_LABEL,
    components: componentsFor(Object.keys(headers)),
    parameters: {
      created,
      expires: created + SIGNATURE_WINDOW_SECONDS,
      nonce: newNonce(),
      keyid: key.keyId,
    },
    signer: { algorithm: REQUEST_ALGORITHM, sign: (data) => key.sign(data) },
  });
  return { ...headers, signature, "signature-input": signatureInput };
}
