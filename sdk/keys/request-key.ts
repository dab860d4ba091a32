import {
  type PrivateRequestKey,
  type PublicRequestKey,
  privateRequestKeySchema,
  publicRequestKeySchema,
  type RequestKeyId,
  requestKeyIdOf,
} from "../../protocol/request-signature.ts";

/**
 * The key that a wallet signs its requests with. It says who asks and can pay nobody. Any store of keys that signs with
 * ed25519 can stand behind it.
 */
export interface RequestKey {
  readonly keyId: RequestKeyId;
  /** Ed25519 over the bytes: 64 bytes. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** A new key, and what its wallet registers and keeps of it. */
export interface NewRequestKey {
  readonly key: RequestKey;
  readonly publicKey: PublicRequestKey;
}

const ALGORITHM = { name: "Ed25519" };

function keyOf(privateKey: CryptoKey, publicKey: PublicRequestKey): RequestKey {
  return {
    keyId: requestKeyIdOf(publicKey),
    async sign(data) {
      const signature = await crypto.subtle.sign(ALGORITHM, privateKey, Uint8Array.from(data));
      return new Uint8Array(signature);
    },
  };
}

/** A wallet's key from its JSON Web Key, as a configuration holds it. Throws for anything that is no ed25519 key. */
export async function importRequestKey(jwk: PrivateRequestKey): Promise<RequestKey> {
  const { d, ...publicKey } = privateRequestKeySchema.parse(jwk);
  const secret = { ...publicKey, d };
  return keyOf(await crypto.subtle.importKey("jwk", secret, ALGORITHM, false, ["sign"]), publicKey);
}

/**
 * Makes a key that never leaves where it is made: neither script nor extension can read it out of a browser. Keep the
 * pair with IndexedDB, and register `publicKey` with the relayer.
 */
export async function createRequestKey(): Promise<
  NewRequestKey & { readonly pair: CryptoKeyPair }
> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, false, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  return { ...(await requestKeyOf(pair)), pair };
}

/** The request key of a pair that was kept. */
export async function requestKeyOf(pair: CryptoKeyPair): Promise<NewRequestKey> {
  const { kty, crv, x } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const publicKey = publicRequestKeySchema.parse({ kty, crv, x });
  return { key: keyOf(pair.privateKey, publicKey), publicKey };
}

/** Makes a key to be kept in a configuration, as a JSON Web Key. */
export async function generateRequestJwk(): Promise<PrivateRequestKey> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign"])) as CryptoKeyPair;
  const { kty, crv, x, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return privateRequestKeySchema.parse({ kty, crv, x, d });
}
