import { getAddress, toQuantity } from "ethers";
import type { Address } from "../../../protocol/messages.ts";
import type { Network } from "../../../protocol/network.ts";
import { type ChainEndpoint, connectChain } from "../../foundation/chain/connect.ts";
import { type EventSpan, followNextSpan, readLogs } from "../../foundation/chain/follow-events.ts";
import {
  newestFinalBlock,
  readBlock,
  readFinalBlock,
  readNewestBlock,
} from "../../foundation/chain/read-blocks.ts";
import {
  type CorridorView,
  readBatch,
  readPosition,
  readSigner,
} from "../../foundation/chain/read-corridor.ts";
import { type HeadWatch, watchHeads } from "../../foundation/chain/watch-heads.ts";
import { ProblemError } from "../../foundation/http/problem-error.ts";
import type { Logger } from "../../foundation/log/create-logger.ts";
import type { ChainPort } from "../ports/chain.ts";
import type { GasPort } from "../ports/gas.ts";
import type { PositionPort } from "../ports/positions.ts";
import { cached } from "./cached.ts";
import { createTransactionSigner } from "./create-signer.ts";
import { decodeFacts } from "./decode-facts.ts";
import { encodeCall, packCalls } from "./encode-calls.ts";

export interface ChainOptions {
  readonly endpoint: ChainEndpoint;
  readonly network: Network;
  /** The relayer's key: it holds gas and no role. */
  readonly privateKey: string;
  readonly log: Logger;
}

export interface Chain extends ChainPort, PositionPort, GasPort, AsyncDisposable {
  /** Calls back at each new head. */
  watch(onHead: () => void): HeadWatch;
}

/** How long a signer read from the chain is used without asking again. */
const SIGNER_CACHE_MS = 2_000;
/** Deadlines are checked against a block at most so old. */
const BLOCK_CACHE_MS = 100;

/** What nodes say when they hold a chain transaction already: for us that is success. */
const KNOWN = /already known|known transaction|already imported|nonce too low|nonce has already/i;

/** The chain as a port: reads at the network's depth, packs, signs, sends. */
export async function createChain(options: ChainOptions): Promise<Chain> {
  const { endpoint, network, log } = options;
  const connection = await connectChain(endpoint);
  const { provider } = connection;
  const { privateKey } = options;
  const signer = createTransactionSigner({ provider, endpoint, relay: network.relay, privateKey });
  const view: CorridorView = { connection, corridor: network.corridor };
  const signers = cached(SIGNER_CACHE_MS, (account) => readSigner(view, account as Address));
  const blocks = cached(BLOCK_CACHE_MS, () => newestFinalBlock(connection));

  const countedAt = async (tag: string) =>
    BigInt(await provider.send("eth_getTransactionCount", [signer.address, tag]));

  return {
    lane: signer.address,
    finalBlock: () => unlessDown(blocks("")),
    batchAt: (batchId, block) => unlessDown(readBatch(view, batchId, block)),
    positionOf: (owner, block) => unlessDown(readPosition(view, owner, block)),
    gas: () => unlessDown(readGas()),
    signerOf: (account) => unlessDown(signers(account)),
    countedNonce: () => countedAt("latest"),
    finalNonce: async () => countedAt(toQuantity((await readFinalBlock(connection)).number)),
    blockAt: (number) => unlessDown(readBlock(connection, number)),
    newestBlock: () => unlessDown(readNewestBlock(connection)),
    pack: (calls) => packCalls(calls.map(encodeCall)),
    sign: signer.pack,
    signNote: signer.note,
    signAgain: signer.bump,
    async broadcast(raw) {
      try {
        await provider.send("eth_sendRawTransaction", [raw]);
      } catch (error) {
        if (
          !KNOWN.test(String((error as { error?: { message?: string } }).error?.message ?? error))
        ) {
          throw error;
        }
      }
    },
    async minedIn(hash) {
      const receipt = await provider.send("eth_getTransactionReceipt", [hash]);
      if (!receipt) return undefined;
      const { blockNumber, status } = receipt as { blockNumber: string; status: string };
      return { blockNumber: Number(blockNumber), reverted: BigInt(status) === 0n };
    },
    factsIn: async (blocks) =>
      decodeFacts(await unlessDown(readLogs(connection, [getAddress(network.corridor)], blocks))),
    async nextSpan(checkpoint) {
      const spans: EventSpan[] = [];
      const start = checkpoint ?? (await startOf(network.deployedInBlock));
      const more = await followNextSpan(connection, {
        addresses: [getAddress(network.corridor), getAddress(network.relay)],
        checkpoint: () => start,
        apply: (span) => {
          spans.push(span);
        },
      });
      const [span] = spans;
      return span && { to: span.to, facts: decodeFacts(span.logs), more };
    },
    watch: (onHead) => watchHeads(connection, log, onHead),
    async [Symbol.asyncDispose]() {
      provider.destroy();
    },
  };

  async function readGas() {
    const [balance, head, price] = await Promise.all([
      provider.send("eth_getBalance", [signer.address, "latest"]),
      provider.send("eth_getBlockByNumber", ["latest", false]),
      provider.send("eth_gasPrice", []),
    ]);
    const { baseFeePerGas = "0x0" } = head as { baseFeePerGas?: string };
    return { balance: BigInt(balance), baseFee: BigInt(baseFeePerGas), price: BigInt(price) };
  }

  async function startOf(number: number) {
    const block = await readBlock(connection, number);
    if (!block) throw new Error(`the node has no block ${number}, in which the contracts began`);
    return block;
  }
}

/** A failing read means that the node cannot be asked, which callers may try again. */
async function unlessDown<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new ProblemError("chain-unavailable", "the node did not answer", { cause });
  }
}
