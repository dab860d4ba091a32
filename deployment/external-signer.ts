import {
  AbstractSigner,
  getAddress,
  JsonRpcProvider,
  type Provider,
  Transaction,
  type TransactionLike,
  type TransactionRequest,
} from "ethers";
import { assertKeyAllowed } from "../server/foundation/chain/chain-account.ts";

/** A key kept elsewhere: a JSON-RPC service with `eth_accounts` and `eth_signTransaction` (Web3Signer, Clef, an HSM's). */
export class ExternalSigner extends AbstractSigner {
  readonly #address: string;
  readonly #service: JsonRpcProvider;

  constructor(key: { address: string; service: JsonRpcProvider }, provider?: Provider) {
    super(provider);
    this.#address = key.address;
    this.#service = key.service;
  }

  async getAddress(): Promise<string> {
    return this.#address;
  }

  connect(provider: Provider): ExternalSigner {
    return new ExternalSigner({ address: this.#address, service: this.#service }, provider);
  }

  /**
   * Has the service sign, and takes only what was asked for by the account it was asked of.
   * @throws Error if the service signs anything else.
   */
  async signTransaction(asked: TransactionRequest): Promise<string> {
    const { from: _, ...fields } = asked instanceof Transaction ? asked.toJSON() : asked;
    const unsigned = Transaction.from({ ...fields, signature: null } as TransactionLike<string>);
    const request = {
      ...this.#service.getRpcTransaction(unsigned),
      from: this.#address,
      chainId: `0x${unsigned.chainId.toString(16)}`,
    };
    const answer = await this.#service.send("eth_signTransaction", [request]);
    // Geth and Clef answer with the parts beside the whole, others with the whole alone.
    const signed = Transaction.from(typeof answer === "string" ? answer : answer.raw);
    const same = signed.unsignedSerialized === unsigned.unsignedSerialized;
    if (!same || signed.from !== this.#address) {
      throw new Error("The signer signed another chain transaction than it was asked to.");
    }
    return signed.serialized;
  }

  signMessage(): Promise<string> {
    return Promise.reject(new Error("A deployment signs chain transactions only."));
  }

  signTypedData(): Promise<string> {
    return Promise.reject(new Error("A deployment signs chain transactions only."));
  }
}

/**
 * Reaches an external signer for a deployment.
 * @param from Which of its accounts; may be left out where it has one.
 * @throws Error if it does not hold the account, or the account's key is one that every developer knows.
 */
export async function openExternalSigner(
  { url, from }: { url: string; from?: string | undefined },
  chainId: bigint,
): Promise<ExternalSigner> {
  const service = new JsonRpcProvider(url, chainId, { staticNetwork: true, batchMaxCount: 1 });
  const held = ((await service.send("eth_accounts", [])) as string[]).map(getAddress);
  const chosen = from === undefined && held.length === 1 ? held[0] : from;
  if (chosen === undefined) throw new Error("The signer holds several accounts: name one, --from.");
  const address = getAddress(chosen);
  if (!held.includes(address)) throw new Error(`The signer does not hold ${address}.`);
  assertKeyAllowed(address, chainId);
  return new ExternalSigner({ address, service });
}
