import type { JsonRpcProvider } from "ethers";
import { toQuantity } from "ethers";
import { corridorAbi, relayAbi } from "../../../protocol/contract-abi.ts";
import { connectChain } from "../../../server/foundation/chain/connect.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { LOCAL_CHAIN_ID } from "../../../server/local/deploy-locally.ts";
import { developmentKey } from "../../../server/local/keys.ts";
import type { LocalCorridor } from "../../../server/local/start-corridor.ts";
import { createTransactionSigner } from "../../../server/relayer/chain/create-signer.ts";
import type { PackedCalls } from "../../../server/relayer/ports/chain.ts";

/** Rich accounts that nothing else uses, one for each lane: its chain transactions go one after the other. */
const LANES = [15, 16];
const PATIENCE_MS = 120_000;
const LOOK_MS = 20;

/** A lane's chain transactions, signed and ready to be sent in their order. */
export interface Lane {
  readonly address: string;
  /** The nonce behind the last of them. */
  readonly end: number;
  readonly raw: readonly string[];
}

/** Signs packs for two lanes, so that the node has the next one while it mines the one before. */
export async function signLanes(
  { rpcUrl, network }: LocalCorridor,
  packsOf: (lane: number) => Promise<readonly PackedCalls[]>,
): Promise<Lane[]> {
  const endpoint = { rpcUrl, chainId: LOCAL_CHAIN_ID, depth: 0 };
  const { provider } = await connectChain(endpoint);
  try {
    return await Promise.all(
      LANES.map(async (key, lane): Promise<Lane> => {
        const { privateKey } = developmentKey(key);
        const { relay } = network;
        const signer = createTransactionSigner({ provider, endpoint, relay, privateKey });
        const first = await countedNonce(provider, signer.address);
        const packs = await packsOf(lane);
        const raw: string[] = [];
        for (const [index, pack] of packs.entries()) {
          raw.push((await signer.pack(pack, BigInt(first + index))).raw);
        }
        return { address: signer.address, end: first + raw.length, raw };
      }),
    );
  } finally {
    provider.destroy();
  }
}

const countedNonce = async (provider: JsonRpcProvider, address: string) =>
  Number(await provider.send("eth_getTransactionCount", [address, "latest"]));

/** Sends every lane's chain transactions and waits until all are mined. */
export async function driveLanes({ rpcUrl }: LocalCorridor, lanes: readonly Lane[]) {
  const endpoint = { rpcUrl, chainId: LOCAL_CHAIN_ID, depth: 0 };
  const { provider } = await connectChain(endpoint);
  const deadline = performance.now() + PATIENCE_MS;
  try {
    await Promise.all(
      lanes.map(async ({ address, end, raw }) => {
        for (const each of raw) await provider.send("eth_sendRawTransaction", [each]);
        while ((await countedNonce(provider, address)) < end) {
          if (performance.now() > deadline) throw new Error("void: not everything was mined");
          await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        }
      }),
    );
  } finally {
    provider.destroy();
  }
}

const topicOf = (abi: typeof corridorAbi, name: string) => abi.getEvent(name)?.topicHash ?? "";

/** How many batches were settled from a block on, and how many calls have failed. */
export async function countSettled({ rpcUrl, network }: LocalCorridor, fromBlock: number) {
  const count = async (address: string, topic: string) => {
    const filter = {
      address,
      topics: [topic],
      fromBlock: toQuantity(fromBlock),
      toBlock: "latest",
    };
    return ((await callChain(rpcUrl, "eth_getLogs", [filter])) as unknown[]).length;
  };
  return {
    settled: await count(network.corridor, topicOf(corridorAbi, "BatchSettled")),
    failed: await count(network.relay, topicOf(relayAbi, "CallFailed")),
  };
}
