import * as webAssembly from "tiny-secp256k1";

/** What signing and recovering need of secp256k1. Digests and keys are 32 bytes, signatures 64: r ‖ s. */
export interface Curve {
  /** Signs deterministically (RFC 6979), with the lower of the two possible s. */
  sign(
    digest: Uint8Array,
    privateKey: Uint8Array,
  ): { readonly signature: Uint8Array; readonly recoveryId: number };
  /** The uncompressed public key, 65 bytes, or null. Throws, or answers null, for what is not a signature. */
  recover(digest: Uint8Array, signature: Uint8Array, recoveryId: 0 | 1): Uint8Array | null;
}

/** What the npm package `secp256k1`, libsecp256k1 compiled for a machine, offers of it. */
export interface Libsecp256k1 {
  ecdsaSign(
    digest: Uint8Array,
    privateKey: Uint8Array,
  ): { readonly signature: Uint8Array; readonly recid: number };
  ecdsaRecover(
    signature: Uint8Array,
    recid: number,
    digest: Uint8Array,
    compressed: boolean,
  ): Uint8Array;
}

/** libsecp256k1 as WebAssembly: runs everywhere, takes four times as long to recover a key as the compiled one. */
export const webAssemblyCurve: Curve = {
  sign: (digest, privateKey) => webAssembly.signRecoverable(digest, privateKey),
  recover: (digest, signature, recoveryId) =>
    webAssembly.recover(digest, signature, recoveryId, false),
};

/** The curve by a compiled libsecp256k1. */
export function compiledCurve(library: Libsecp256k1): Curve {
  return {
    sign(digest, privateKey) {
      const { signature, recid } = library.ecdsaSign(digest, privateKey);
      return { signature, recoveryId: recid };
    },
    recover: (digest, signature, recoveryId) =>
      library.ecdsaRecover(signature, recoveryId, digest, false),
  };
}

let current = webAssemblyCurve;

/** The curve by which this program signs and recovers: WebAssembly, unless it was told of another. */
export const curve = (): Curve => current;

/** Signs and recovers by `chosen` from now on. Both ways agree on every byte; only their time differs. */
export function useCurve(chosen: Curve): void {
  current = chosen;
}
