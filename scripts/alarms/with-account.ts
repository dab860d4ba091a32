import { JsonRpcProvider, Wallet } from "ethers";

/** Lets somebody who holds a key of the local chain do something there. */
export async function withAccount<T>(
  rpcUrl: string,
  privateKey: string,
  act: (account: Wallet) => Promise<T>,
): Promise<T> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  try {
    return await act(new Wallet(privateKey, provider));
  } finally {
    provider.destroy();
  }
}
