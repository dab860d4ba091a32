import { TypedDataEncoder } from "ethers";
import type { TypedDataSigner } from "./signer.ts";

/** A browser's wallet: EIP-1193, "Ethereum Provider JavaScript API". */
export interface Eip1193Provider {
  request(call: {
    readonly method: string;
    readonly params?: readonly unknown[];
  }): Promise<unknown>;
}

/**
 * A signer behind a browser's wallet, which shows its user the whole message and asks (`eth_signTypedData_v4`,
 * EIP-712). `address` must be one of the accounts that the user has connected.
 */
export function browserSigner(provider: Eip1193Provider, address: string): TypedDataSigner {
  return {
    address,
    async signTypedData(domain, types, message) {
      const payload = JSON.stringify(TypedDataEncoder.getPayload(domain, types, message));
      const signed = await provider.request({
        method: "eth_signTypedData_v4",
        params: [address, payload],
      });
      return String(signed);
    },
  };
}
