import { z } from "zod";
import { type ChainReader, ChainRefused, ChainUnreachable } from "./chain-reader.ts";

/** Whoever signs chain transactions: an `ethers` wallet, or a KMS behind the same two names. */
export interface TransactionSigner {
  readonly address: string;
  signTransaction(transaction: {
    readonly to: string;
    readonly data: string;
    readonly nonce: number;
    readonly gasLimit: bigint;
    readonly chainId: bigint;
    readonly type: 2;
    readonly maxFeePerGas: bigint;
    readonly maxPriorityFeePerGas: bigint;
  }): Promise<string>;
}

/** Where a chain transaction was mined. */
export interface MinedCall {
  readonly transactionHash: string;
  readonly blockNumber: number;
}

/** Sends calls to one Corridor contract and waits until they are mined. */
export interface ChainSender {
  readonly chain: ChainReader;
  readonly address: string;
  /**
   * Sends a call's bytes and waits until it is mined, two minutes at most. Throws `ChainRefused` with the contract's own
   * reason before anything is sent when the call cannot work. After `ChainUnreachable` it is not known whether it was
   * mined: the contract takes each of our calls once, so the same one may be sent again.
   */
  send(data: string): Promise<MinedCall>;
}

const POLL_MS = 250;
const DEADLINE_MS = 120_000;
const USUAL_TIP_WEI = 1_000_000_000n;

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i)
  .transform(BigInt);
const blockSchema = z.object({ baseFeePerGas: quantity.optional() });
const minedSchema = z.object({ blockNumber: quantity, status: quantity }).nullish();

/** Twice the base fee outlasts six full blocks. */
async function readFees({ read }: ChainReader) {
  const block = await read(blockSchema, "eth_getBlockByNumber", ["latest", false]);
  // Not every node knows of tips.
  const tip = await read(quantity, "eth_maxPriorityFeePerGas", []).catch(() => USUAL_TIP_WEI);
  return {
    maxFeePerGas: 2n * (block.baseFeePerGas ?? 0n) + tip,
    maxPriorityFeePerGas: tip,
  };
}

async function waitUntilMined({ read }: ChainReader, transactionHash: string): Promise<MinedCall> {
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const mined = await read(minedSchema, "eth_getTransactionReceipt", [transactionHash]);
    if (mined?.status === 0n) throw new ChainRefused("reverted", [transactionHash]);
    if (mined) return { transactionHash, blockNumber: Number(mined.blockNumber) };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new ChainUnreachable(`${transactionHash} is not mined after ${DEADLINE_MS} ms`);
}

/** A sender through any node. Its key pays the gas; for all calls but `withdraw` it may be anybody's. */
export function createChainSender(chain: ChainReader, signer: TransactionSigner): ChainSender {
  const { read, deployment } = chain;
  return {
    chain,
    address: signer.address,
    async send(data) {
      const call = { from: signer.address, to: deployment.corridor, data };
      const estimate = await read(quantity, "eth_estimateGas", [call]);
      const nonce = await read(quantity, "eth_getTransactionCount", [signer.address, "pending"]);
      const raw = await signer.signTransaction({
        to: deployment.corridor,
        data,
        nonce: Number(nonce),
        // A little room: what the call meets when it is mined may cost more than what it met now.
        gasLimit: (estimate * 12n) / 10n,
        chainId: deployment.chainId,
        type: 2,
        ...(await readFees(chain)),
      });
      const hash = await read(z.string(), "eth_sendRawTransaction", [raw]);
      return waitUntilMined(chain, hash);
    },
  };
}
