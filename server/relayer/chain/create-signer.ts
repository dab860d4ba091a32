import { type JsonRpcProvider, Transaction } from "ethers";
import { localSigner } from "../../../protocol/signature.ts";
import { assertKeyAllowed } from "../../foundation/chain/chain-account.ts";
import type { ChainEndpoint } from "../../foundation/chain/connect.ts";
import type { PackedCalls, SignedPack } from "../ports/chain.ts";
import { cached } from "./cached.ts";
import { signTransaction } from "./sign-transaction.ts";

const FEE_CACHE_MS = 1_000;
/** Room for the base fee to rise for several full blocks while a chain transaction waits. */
const FEE_ROOM = 4n;
/** A note has no contract to run: a transfer of nothing to itself, and its few bytes. */
const NOTE_GAS = 30_000n;
/** The most that is ever offered for a unit of gas: beyond it, waiting is cheaper than paying. */
const MAX_FEE_PER_GAS = 10_000n * 10n ** 9n;

interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Signs what the relayer sends. Its key holds gas and no role. */
export interface TransactionSigner {
  readonly address: string;
  pack(packed: PackedCalls, nonce: bigint): Promise<SignedPack>;
  note(data: string, nonce: bigint): Promise<SignedPack>;
  bump(raw: string): Promise<SignedPack | undefined>;
}

/** Nodes take a replacement from 10 % more; an eighth more leaves room for their rounding. */
const raised = (fee: bigint) => fee + fee / 8n + 1n;
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/** The signer of one key on one chain; throws for a published key where money could be real. */
export function createTransactionSigner(options: {
  readonly provider: JsonRpcProvider;
  readonly endpoint: ChainEndpoint;
  readonly relay: string;
  readonly privateKey: string;
}): TransactionSigner {
  const { provider, endpoint } = options;
  const signer = localSigner(options.privateKey);
  assertKeyAllowed(signer.address, endpoint.chainId);
  const suggested = cached(FEE_CACHE_MS, async (): Promise<Fees> => {
    const { maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
    return {
      maxFeePerGas: smaller((maxFeePerGas ?? 0n) * FEE_ROOM, MAX_FEE_PER_GAS),
      maxPriorityFeePerGas: smaller(maxPriorityFeePerGas ?? 0n, MAX_FEE_PER_GAS),
    };
  });

  const { chainId } = endpoint;

  return {
    address: signer.address,
    async pack({ data, gasLimit }, nonce) {
      const content = { to: options.relay, data, gasLimit, nonce: Number(nonce) };
      return signTransaction(signer, { chainId, ...content, ...(await suggested("")) });
    },
    async note(data, nonce) {
      const content = { to: signer.address, data, gasLimit: NOTE_GAS, nonce: Number(nonce) };
      return signTransaction(signer, { chainId, ...content, ...(await suggested("")) });
    },
    async bump(raw) {
      const old = Transaction.from(raw);
      const { to, data, gasLimit, nonce } = old;
      if (to === null || old.from !== signer.address) return undefined;
      const now = await suggested("");
      const fees = {
        maxFeePerGas: larger(raised(old.maxFeePerGas ?? 0n), now.maxFeePerGas),
        maxPriorityFeePerGas: larger(
          raised(old.maxPriorityFeePerGas ?? 0n),
          now.maxPriorityFeePerGas,
        ),
      };
      if (fees.maxFeePerGas > MAX_FEE_PER_GAS) return undefined;
      return signTransaction(signer, { chainId, to, data, gasLimit, nonce, ...fees });
    },
  };
}
