/** The part of tiny-secp256k1 that verifying needs, without WebAssembly: protocol/signature.ts is built upon it for pages. */
import { getBytes, hexlify, SigningKey } from "ethers";

/** The uncompressed public key (65 bytes) that signed a digest. @throws for r or s out of range. */
export function recover(
  digest: Uint8Array,
  signature: Uint8Array,
  recoveryId: 0 | 1,
): Uint8Array | null {
  const v = 27 + recoveryId;
  return getBytes(SigningKey.recoverPublicKey(digest, hexlify(new Uint8Array([...signature, v]))));
}

/** A page signs nothing. */
export function signRecoverable(): never {
  throw new Error("a page has no key to sign with");
}
