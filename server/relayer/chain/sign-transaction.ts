import { encode, type Input } from "@ethereumjs/rlp";
import { dataSlice, keccak256 } from "ethers";
import type { DigestSigner } from "../../../protocol/signature.ts";
import type { SignedPack } from "../ports/chain.ts";

/** What is signed of a chain transaction. It carries no value: the relayer moves no money of its own. */
export interface TransactionContent {
  readonly chainId: bigint;
  readonly nonce: number;
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerGas: bigint;
  readonly gasLimit: bigint;
  readonly to: string;
  readonly data: string;
}

/** EIP-2718's type of a transaction with fees by EIP-1559. */
const TYPE = 2;
const NOTHING = 0n;
const FIRST_V = 27;

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), "hex");
const typed = (fields: Input) => Buffer.concat([Buffer.of(TYPE), encode(fields)]);

/**
 * Signs a transaction of EIP-1559, without access list. Written over bytes, since a pack has 100 kB of them and a general
 * encoder turns each into a number several times; a test holds it against ethers' own.
 */
export async function signTransaction(
  signer: DigestSigner,
  content: TransactionContent,
): Promise<SignedPack> {
  const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit } = content;
  const [to, data] = [bytesOf(content.to), bytesOf(content.data)];
  const fees = [maxPriorityFeePerGas, maxFeePerGas, gasLimit];
  const fields = [chainId, nonce, ...fees, to, NOTHING, data, []];
  const signature = await signer.signDigest(keccak256(typed(fields)));
  const [r, s, v] = [
    dataSlice(signature, 0, 32),
    dataSlice(signature, 32, 64),
    dataSlice(signature, 64),
  ];
  const signed = typed([...fields, Number(v) - FIRST_V, BigInt(r), BigInt(s)]);
  return { raw: `0x${signed.toString("hex")}`, hash: keccak256(signed) };
}
