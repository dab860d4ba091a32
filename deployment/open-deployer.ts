import { readFileSync, statSync } from "node:fs";
import { Wallet } from "ethers";
import { assertKeyAllowed } from "../server/foundation/chain/chain-account.ts";

const LOCAL_CHAINS: readonly bigint[] = [31337n, 1337n];
/** Read and written by its owner, and by nobody else. */
const OWNER_ONLY = 0o600;

/** Where the deployer's key comes from. */
export interface DeployerKey {
  /** Path of an encrypted JSON keystore. */
  keystore?: string;
  /** Asked for only when a keystore is opened. */
  password?: () => Promise<string>;
  /** For local chains only. */
  privateKey?: string;
}

/**
 * Opens the key that pays for a deployment.
 * @throws Error if there is no key, the keystore can be read by others, a bare private key is given for a chain that
 * is not local, or the key is one of those that every developer knows.
 */
export async function openDeployer(key: DeployerKey, chainId: bigint): Promise<Wallet> {
  const wallet = await openKey(key, chainId);
  assertKeyAllowed(wallet.address, chainId);
  return wallet;
}

async function openKey({ keystore, password, privateKey }: DeployerKey, chainId: bigint) {
  if (keystore !== undefined) {
    const mode = statSync(keystore).mode & 0o777;
    if (mode !== OWNER_ONLY) {
      throw new Error(`${keystore} has mode ${mode.toString(8)}: run chmod 600 on it first.`);
    }
    const text = readFileSync(keystore, "utf8");
    const opened = await Wallet.fromEncryptedJson(text, (await password?.()) ?? "");
    return new Wallet(opened.privateKey);
  }
  if (privateKey === undefined) {
    throw new Error("No key to deploy with: name an encrypted keystore with --keystore.");
  }
  if (!LOCAL_CHAINS.includes(chainId)) {
    throw new Error(
      `A bare private key is for local chains only: use --keystore on chain ${chainId}.`,
    );
  }
  return new Wallet(privateKey);
}
