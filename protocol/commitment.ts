import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { keccak256 } from "ethers";
import { isHexOfSize } from "./batch-tree.ts";
import { ProtocolError } from "./errors.ts";
import { writePlainJson } from "./plain-json.ts";
import { assertPlainText } from "./text.ts";

/** JSON without numbers: a float would be written differently by two languages. */
export type Committable =
  | string
  | boolean
  | null
  | readonly Committable[]
  | { readonly [key: string]: Committable | undefined };

function refuse(message: string, field: string): never {
  throw new ProtocolError("commitment", message, {
    field,
    remedy: "send amounts and numbers as decimal strings",
  });
}

function assertCommittable(value: unknown, path: string): void {
  if (typeof value === "string") {
    assertPlainText(value, path);
    return;
  }
  if (value === null || typeof value === "boolean" || value === undefined) return;
  if (typeof value !== "object") refuse(`${path} is a ${typeof value}`, path);
  for (const [key, inner] of Object.entries(value)) {
    assertPlainText(key, `${path}/${key}`);
    assertCommittable(inner, `${path}/${key}`);
  }
}

/** RFC 8785 canonical JSON of payment details. Throws `commitment` on numbers, `invalid-string` on bad text. */
export function canonicalJson(details: Committable): string {
  const plain = writePlainJson(details);
  if (plain !== undefined) return plain;
  assertCommittable(details, "");
  const text = canonicalize(details);
  if (text === undefined) refuse("there is nothing to commit to", "");
  return text;
}

/**
 * Commitment to payment details: keccak256(salt ‖ keccak256(JCS(details))).
 *
 * `salt` is 32 random bytes, new for each transfer: without it, all Hong Kong mobile numbers can be
 * tried in seconds. Deleting the salt makes the commitment anonymous.
 */
export function commitmentTo(details: Committable, salt: string): string {
  if (!isHexOfSize(salt, 32)) refuse("the salt must be 32 bytes of hex", "/salt");
  const inner = keccak256(utf8ToBytes(canonicalJson(details)));
  return keccak256(hexToBytes(salt.slice(2) + inner.slice(2)));
}
