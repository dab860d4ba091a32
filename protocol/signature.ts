import { computeAddress, getBytes, hexlify, keccak256 } from "ethers";
import { isHexOfSize } from "./batch-tree.ts";
import { curve } from "./curve.ts";
import { ProtocolError } from "./errors.ts";
import type { Address, Signature } from "./messages.ts";

/** Half of secp256k1's order: a larger s is the malleable twin of a valid signature (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Whoever signs for a party: a key in memory for development, a KMS or HSM in production.
 * It signs 32-byte digests and nothing else.
 */
export interface DigestSigner {
  readonly address: Address;
  signDigest(digest: string): Promise<Signature>;
}

/** Signs a digest with a private key: 65 bytes r ‖ s ‖ v, low-s, deterministic (RFC 6979). */
export function signDigest(privateKey: Uint8Array, digest: string): Signature {
  const { signature, recoveryId } = curve().sign(getBytes(digest), privateKey);
  const bytes = new Uint8Array(65);
  bytes.set(signature);
  bytes[64] = 27 + recoveryId;
  return hexlify(bytes) as Signature;
}

/** A signer whose key is held in this process. */
export function localSigner(privateKey: string): DigestSigner {
  const key = getBytes(privateKey);
  return {
    address: computeAddress(privateKey) as Address,
    signDigest: async (digest) => signDigest(key, digest),
  };
}

function addressOfPublicKey(uncompressed: Uint8Array): string {
  return `0x${keccak256(uncompressed.subarray(1)).slice(26)}`;
}

/**
 * The address that signed `digest`, in lower case, or undefined for anything that the contract would refuse:
 * a length other than 65 bytes, v other than 27 or 28, high s, a point off the curve.
 */
export function recoverSigner(digest: string, signature: string): string | undefined {
  if (!isHexOfSize(signature, 65)) return undefined;
  const bytes = getBytes(signature);
  const v = bytes[64];
  if (v !== 27 && v !== 28) return undefined;
  if (BigInt(hexlify(bytes.subarray(32, 64))) > HALF_ORDER) return undefined;
  try {
    const recoveryId = v === 27 ? 0 : 1;
    const key = curve().recover(getBytes(digest), bytes.subarray(0, 64), recoveryId);
    return key ? addressOfPublicKey(key) : undefined;
  } catch {
    // The library throws on r or s out of range: for us that is simply not a signature.
    return undefined;
  }
}

/** Throws `consent` unless `signature` is `signer`'s over `digest`. */
export function assertSignedBy(signed: {
  readonly digest: string;
  readonly signature: string;
  readonly signer: string;
  readonly field: string;
}): void {
  if (recoverSigner(signed.digest, signed.signature) === signed.signer.toLowerCase()) return;
  throw new ProtocolError("consent-invalid", `${signed.field} is not the expected party's`, {
    field: signed.field,
    remedy:
      "sign the EIP-712 message for this chain and corridor with the account's current signer",
  });
}
