import { proofKeyText } from "../../../../../protocol/proof-key.ts";
import type { Opening } from "../../../../../sdk/verify/receipt-checks.ts";

/** No receipt comes near this: whatever is larger is not unpacked. */
const MAX_CHARACTERS = 262_144;

/** What somebody brought to be checked: a receipt, and perhaps what opens its commitment. */
export interface BroughtProof {
  readonly receipt: unknown;
  readonly opening?: Opening;
}

/** What was brought cannot be read; the message is for people. */
export class UnreadableProof extends Error {
  override readonly name = "UnreadableProof";
}

/** Reads JSON that is a receipt, or a receipt with its opening. @throws UnreadableProof */
export function readProof(text: string): BroughtProof {
  if (text.length > MAX_CHARACTERS) throw new UnreadableProof("This is far larger than a receipt.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableProof("This is not JSON. Copy the receipt as a whole, from { to }.");
  }
  const { receipt, opening } = (value ?? {}) as { receipt?: unknown; opening?: Opening };
  return receipt === undefined ? { receipt: value } : { receipt, ...(opening && { opening }) };
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Inflates, and stops at the bound, whatever is still to come. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"))
    .pipeThrough(new TextDecoderStream());
  const reader = stream.getReader();
  let text = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += chunk.value;
    if (text.length <= MAX_CHARACTERS) continue;
    await reader.cancel();
    throw new UnreadableProof("This link carries far more than a receipt.");
  }
  return text;
}

/** The proof that a link carries behind its #, or undefined when it carries none. @throws UnreadableProof */
export async function proofInFragment(fragment: string): Promise<BroughtProof | undefined> {
  const packed = new URLSearchParams(fragment.replace(/^#/, "")).get("proof");
  if (packed === null) return undefined;
  try {
    return readProof(await inflate(fromBase64Url(packed)));
  } catch (error) {
    if (error instanceof UnreadableProof) throw error;
    throw new UnreadableProof("This link is not whole: a part of it was lost on its way.");
  }
}

/** The receipt of the payment whose UETR and salt the reader knows. Only the key of both leaves the browser. */
export async function findProof(uetr: string, salt: string): Promise<BroughtProof> {
  const text = new TextEncoder().encode(proofKeyText(uetr.toLowerCase(), salt.toLowerCase()));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const key = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const response = await fetch(`/explorer/proofs/${key}`);
  if (response.ok) return { receipt: await response.json() };
  throw new UnreadableProof(
    response.status === 404
      ? "No payment of this rail has this UETR and this salt."
      : "The server could not look it up just now. Try again.",
  );
}
