import { type TransactionReceipt, Wallet } from "ethers";
import type { Address } from "../../../protocol/messages.ts";
import type { ChainConnection } from "./connect.ts";

/** Keys printed in public documentation: worthless anywhere but on a local chain. */
const LOCAL_CHAINS = new Set([31337n, 1337n]);
const DEVELOPMENT_MNEMONIC_ADDRESSES = new Set([
  "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
  "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
  "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
  "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
  "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65",
  "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
  "0x976ea74026e726554db657fa54763abd0c3a0aa9",
  "0x14dc79964da2c08b23698b3d3cc7ca32193d9955",
  "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
  "0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
]);

/** Throws when a key from public documentation is used on a chain where money could be real. */
export function assertKeyAllowed(address: string, chainId: bigint): void {
  if (DEVELOPMENT_MNEMONIC_ADDRESSES.has(address.toLowerCase()) && !LOCAL_CHAINS.has(chainId)) {
    throw new Error(`${address} is a published development key: refused on chain ${chainId}`);
  }
}

export interface ChainCall {
  readonly to: Address;
  readonly data: string;
  readonly gasLimit?: bigint;
}

/** An account that sends chain transactions one after the other. */
export interface ChainAccount {
  readonly address: Address;
  /** Sends and waits for the receipt; throws when the call reverted. */
  send(call: ChainCall): Promise<TransactionReceipt>;
}

const POLL_MS = 50;
const DEADLINE_MS = 60_000;

async function waitForReceipt(
  { provider }: ChainConnection,
  hash: string,
): Promise<TransactionReceipt> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt;
    if (receipt) throw new Error(`chain transaction ${hash} reverted`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`chain transaction ${hash} is not mined after ${DEADLINE_MS} ms`);
}

/**
 * A sender for a treasury: few, large, unhurried calls. Each is signed with the node's pending nonce after
 * the previous one is mined, so there is never a gap.
 */
export function createChainAccount(connection: ChainConnection, privateKey: string): ChainAccount {
  const { provider, endpoint } = connection;
  const wallet = new Wallet(privateKey);
  assertKeyAllowed(wallet.address, endpoint.chainId);
  let last: Promise<unknown> = Promise.resolve();

  async function sendNow(call: ChainCall): Promise<TransactionReceipt> {
    const [nonce, gasLimit, fees] = await Promise.all([
      provider.getTransactionCount(wallet.address, "pending"),
      call.gasLimit ?? provider.estimateGas({ from: wallet.address, to: call.to, data: call.data }),
      provider.getFeeData(),
    ]);
    const raw = await wallet.signTransaction({
      ...call,
      nonce,
      gasLimit,
      chainId: endpoint.chainId,
      type: 2,
      maxFeePerGas: fees.maxFeePerGas,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    });
    const hash: string = await provider.send("eth_sendRawTransaction", [raw]);
    return waitForReceipt(connection, hash);
  }

  return {
    address: wallet.address as Address,
    send(call) {
      const sent = last.then(() => sendNow(call));
      last = sent.catch(() => undefined);
      return sent;
    },
  };
}
