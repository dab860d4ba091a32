import { concat, getBytes, hexlify, SigningKey } from "ethers";

/**
 * What `protocol/signature.ts` takes from tiny-secp256k1, in plain JavaScript: a page's policy compiles no WebAssembly. The
 * pages' scripts are built with it.
 */
export function recover(
  digest: Uint8Array,
  signature: Uint8Array,
  recoveryId: 0 | 1,
  _compressed: false,
): Uint8Array {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32, 64)].map(hexlify);
  if (r === undefined || s === undefined) throw new Error("a signature has 64 bytes");
  return getBytes(SigningKey.recoverPublicKey(hexlify(digest), { r, s, v: 27 + recoveryId }));
}

export function signRecoverable(digest: Uint8Array, privateKey: Uint8Array) {
  const { r, s, yParity } = new SigningKey(privateKey).sign(hexlify(digest));
  return { signature: getBytes(concat([r, s])), recoveryId: yParity };
}
