import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { sha256 } from "ethers";
import { type Committable, canonicalJson } from "./commitment.ts";
import { ProtocolError } from "./errors.ts";

/** The hash before the first entry. */
export const FIRST_AUDIT_HASH = "0".repeat(64);

/** One entry of the audit log as anybody may check it: whoever may not read it sees its digest alone. */
export interface AuditLink {
  readonly seq: bigint;
  /** SHA-256 of the entry's text, in hex. */
  readonly digest: string;
  /** SHA-256 of the hash before and this digest, in hex. */
  readonly hash: string;
}

/** An entry's text: RFC 8785, so that everybody hashes the same bytes. */
export const auditText = (entry: Committable): string => canonicalJson(entry);

/** SHA-256 in hex, in whatever way is at hand. */
export type Sha256 = (bytes: Uint8Array) => string;

const portableSha256: Sha256 = (bytes) => sha256(bytes).slice(2);

/** The digest of an entry's text. */
export const auditDigest = (text: string, hash: Sha256 = portableSha256): string =>
  hash(utf8ToBytes(text));

/** The hash that covers an entry and all before it. */
export function auditHash(previous: string, digest: string, hash: Sha256 = portableSha256): string {
  return hash(hexToBytes(previous + digest));
}

/** Throws `audit` unless links follow one another, and `previous`, without a gap, a change or an exchange. */
export function assertAuditChain(previous: AuditLink, links: readonly AuditLink[]): void {
  let last = previous;
  for (const link of links) {
    if (link.seq !== last.seq + 1n || link.hash !== auditHash(last.hash, link.digest)) {
      throw new ProtocolError("audit", `entry ${link.seq} does not follow entry ${last.seq}`, {
        remedy: "read the log again; if it stays so, it has been changed",
      });
    }
    last = link;
  }
}

const ANCHOR_PREFIX = bytesToHex(utf8ToBytes("corridor-audit"));

/** What is written to the chain: a name, the sequence number as 8 bytes, and the hash. */
export function encodeAnchor({ seq, hash }: { seq: bigint; hash: string }): string {
  return `0x${ANCHOR_PREFIX}${seq.toString(16).padStart(16, "0")}${hash}`;
}

/** Reads an anchor out of a chain transaction's data; undefined when it is none. */
export function decodeAnchor(data: string): { seq: bigint; hash: string } | undefined {
  const [, seq, hash] =
    new RegExp(`^0x${ANCHOR_PREFIX}([0-9a-f]{16})([0-9a-f]{64})$`).exec(data) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: BigInt(`0x${seq}`), hash };
}
