import type { TypedDataField } from "ethers";
import {
  type Batch,
  batchIdOf,
  type Deployment,
  domainOf,
  MESSAGE_TYPES,
  type Outcome,
  outcomeDigestOf,
  type Return,
  returnDigestOf,
  type Signature,
} from "../../protocol/messages.ts";
import { assertSignedBy, type DigestSigner } from "../../protocol/signature.ts";

/** Signs EIP-712 messages as such: a browser's wallet, or any `ethers` signer that knows its address. */
export interface TypedDataSigner {
  readonly address: string;
  signTypedData(
    domain: ReturnType<typeof domainOf>,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string>;
}

/**
 * Whoever signs for a wallet: `localSigner` or a keystore for development, `kmsSigner` in production, `browserSigner`
 * in a page. One signer signs for one account, and its address is the account's signer in the contract.
 */
export type PartySigner = DigestSigner | TypedDataSigner;

/** A message of the rail that a wallet signs. A Quote is the bank's. */
export type SignableMessage =
  | { readonly type: "Batch"; readonly message: Batch }
  | { readonly type: "Outcome"; readonly message: Outcome }
  | { readonly type: "Return"; readonly message: Return };

function digestOf(deployment: Deployment, { type, message }: SignableMessage): string {
  switch (type) {
    case "Batch":
      return batchIdOf(deployment, message);
    case "Outcome":
      return outcomeDigestOf(deployment, message);
    case "Return":
      return returnDigestOf(deployment, message);
  }
}

/**
 * Has a signer sign a message of a deployment: 65 bytes, low-s, as the contract takes them.
 * @throws ProtocolError `consent-invalid` when what came back from a typed-data signer is not its own signature.
 */
export async function signMessage(
  signer: PartySigner,
  deployment: Deployment,
  signable: SignableMessage,
): Promise<Signature> {
  const digest = digestOf(deployment, signable);
  if ("signDigest" in signer) return signer.signDigest(digest);
  const { type, message } = signable;
  const types = { [type]: MESSAGE_TYPES[type] };
  const signed = await signer.signTypedData(domainOf(deployment), types, { ...message });
  const signature = signed.toLowerCase();
  assertSignedBy({ digest, signature, signer: signer.address, field: "/signature" });
  return signature as Signature;
}
