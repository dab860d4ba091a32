import { computeAddress, concat, getBytes, hexlify, toBeHex } from "ethers";
import { ProtocolError } from "../../protocol/errors.ts";
import type { Address, Signature } from "../../protocol/messages.ts";
import { type DigestSigner, recoverSigner } from "../../protocol/signature.ts";

/** What key services answer: ASN.1 DER (AWS, Google), or r ‖ s in 64 bytes (Azure). */
export type RawSignature = Uint8Array | { readonly r: bigint; readonly s: bigint };

/** A key in a key service, which signs 32-byte digests with secp256k1 and never shows itself. */
export interface KmsKey {
  /** The key's public half, as the service shows it: uncompressed or compressed point, in bytes or hex. */
  readonly publicKey: Uint8Array | string;
  /** Signs the digest as it is, without hashing it again (AWS: `MessageType: "DIGEST"`). */
  signDigest(digest: Uint8Array): Promise<RawSignature>;
}

/** Order of secp256k1 (SEC 2, section 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const RAW_BYTES = 64;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

const malformed = () =>
  new ProtocolError("consent-invalid", "the key service's signature cannot be read", {
    remedy: "answer ASN.1 DER, or r and s in 32 bytes each",
  });

const toInteger = (bytes: Uint8Array) => BigInt(hexlify(bytes));

/** An INTEGER of DER at a place, and where the next element begins. */
function readInteger(der: Uint8Array, at: number): { value: bigint; next: number } {
  const length = der[at + 1] ?? 0;
  const next = at + 2 + length;
  if (der[at] !== INTEGER || length === 0 || length > 33 || next > der.length) throw malformed();
  return { value: toInteger(der.subarray(at + 2, next)), next };
}

/** ECDSA-Sig-Value of RFC 3279, section 2.2.3: SEQUENCE of r and s. */
function readDer(der: Uint8Array): { r: bigint; s: bigint } {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw malformed();
  const r = readInteger(der, 2);
  const s = readInteger(der, r.next);
  if (s.next !== der.length) throw malformed();
  return { r: r.value, s: s.value };
}

function readRaw(raw: RawSignature): { r: bigint; s: bigint } {
  if (!(raw instanceof Uint8Array)) return raw;
  if (raw.length !== RAW_BYTES) return readDer(raw);
  return { r: toInteger(raw.subarray(0, 32)), s: toInteger(raw.subarray(32)) };
}

/**
 * A signer whose key stays in a key service. Key services know neither low-s nor recovery ids: the smaller twin of s is
 * taken (EIP-2), and the id is the one that recovers to the key's own address, so that a signature by another key is
 * refused here and not on chain.
 */
export function kmsSigner(key: KmsKey): DigestSigner {
  const address = computeAddress(hexlify(key.publicKey)) as Address;
  return {
    address,
    async signDigest(digest) {
      const { r, s } = readRaw(await key.signDigest(getBytes(digest)));
      if (r <= 0n || r >= ORDER || s <= 0n || s >= ORDER) throw malformed();
      const low = s > ORDER / 2n ? ORDER - s : s;
      const twins = ["0x1b", "0x1c"].map((v) => concat([toBeHex(r, 32), toBeHex(low, 32), v]));
      const own = twins.find((each) => recoverSigner(digest, each) === address.toLowerCase());
      if (own) return own as Signature;
      throw new ProtocolError("consent-invalid", "the key service signed with another key", {
        remedy: "let it sign the digest as it is, with the key whose public half you configured",
      });
    },
  };
}
