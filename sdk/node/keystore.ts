import { readFile } from "node:fs/promises";
import { decryptKeystoreJson } from "ethers";
import { type DigestSigner, localSigner } from "../../protocol/signature.ts";

/** Where the key is, and what opens it: mostly `process.env`. */
export interface KeystoreVariables {
  /** Path of an encrypted JSON keystore (Web3 Secret Storage, version 3). */
  readonly CORRIDOR_KEYSTORE_FILE?: string | undefined;
  readonly CORRIDOR_KEYSTORE_PASSWORD?: string | undefined;
}

/**
 * A signer whose key is kept in an encrypted file and lives in this process once it is open. For Node alone; opening it
 * takes about a second by design. Throws without the password in its text when a variable is missing, the file cannot
 * be read or the password is wrong.
 */
export async function openKeystore(variables: KeystoreVariables): Promise<DigestSigner> {
  const { CORRIDOR_KEYSTORE_FILE: file, CORRIDOR_KEYSTORE_PASSWORD: password } = variables;
  if (!file) throw new Error("CORRIDOR_KEYSTORE_FILE names no keystore");
  if (!password) throw new Error("CORRIDOR_KEYSTORE_PASSWORD is missing");
  const { privateKey } = await decryptKeystoreJson(await readFile(file, "utf8"), password);
  return localSigner(privateKey);
}
