import { keccak256, toUtf8Bytes } from "ethers";
import type { Address } from "../../protocol/messages.ts";
import { ReorganisedError } from "../../server/foundation/chain/follow-events.ts";
import { ProblemError } from "../../server/foundation/http/problem-error.ts";
import type { ChainPort } from "../../server/relayer/ports/chain.ts";
import type { ChainModel, ModelTransaction } from "./chain-model.ts";
import type { Random } from "./random.ts";

/** How badly the line between a relayer and its node behaves: probabilities. */
export interface LineFaults {
  unreachable: number;
  replyLost: number;
}

const MAX_CALLS = 60;

function parse(raw: string): ModelTransaction {
  const [lane = "", nonce = "0", fee = "0", packId = ""] = raw.split("|");
  return {
    hash: keccak256(toUtf8Bytes(raw)),
    lane,
    nonce: BigInt(nonce),
    fee: Number(fee),
    packId,
  };
}

/** The chain model as one relayer's node shows it. */
export function createChainPort(
  model: ChainModel,
  options: {
    readonly lane: string;
    readonly signers: ReadonlyMap<string, Address>;
    readonly random: Random;
    readonly faults: LineFaults;
  },
): ChainPort {
  const { lane, random, faults } = options;
  const down = () => new ProblemError("chain-unavailable", "the node did not answer");
  const ask = async <T>(read: () => T): Promise<T> => {
    if (random.chance(faults.unreachable)) throw down();
    return read();
  };
  const sign = (nonce: bigint, fee: number, packId: string) => {
    const raw = `${lane}|${nonce}|${fee}|${packId}`;
    return { raw, hash: keccak256(toUtf8Bytes(raw)) };
  };
  const factsIn = ({ from, to }: { from: number; to: number }) =>
    model.blocks.slice(from, to + 1).flatMap(({ facts }) => facts);

  return {
    lane,
    finalBlock: () => ask(() => model.finalBlock),
    newestBlock: () => ask(() => model.head),
    blockAt: (number) => ask(() => model.blocks[number]),
    batchAt: (batchId, { number }) =>
      ask(() => ({ status: model.statusAt(batchId, number), settleUntil: 0n })),
    signerOf: (account) => ask(() => options.signers.get(account) as Address),
    countedNonce: () => ask(() => model.counted(lane)),
    finalNonce: () => ask(() => model.counted(lane, model.finalBlock.number)),
    pack(calls) {
      const packed = calls.slice(0, MAX_CALLS);
      const data = random.bytes32();
      model.packs.set(data, packed);
      return { count: packed.length, data, gasLimit: 0n };
    },
    sign: async ({ data }, nonce) => sign(nonce, model.baseFee * 2, data),
    signNote: async (data, nonce) => sign(nonce, model.baseFee * 2, data),
    async signAgain(raw) {
      const old = parse(raw);
      if (old.lane !== lane) return undefined;
      return sign(old.nonce, Math.max(old.fee * 1.125, model.baseFee * 2), old.packId);
    },
    minedIn: (hash) =>
      ask(() => {
        const blockNumber = model.minedIn(hash);
        return blockNumber === undefined ? undefined : { blockNumber, reverted: false };
      }),
    async broadcast(raw) {
      if (random.chance(faults.unreachable)) throw down();
      const taken = model.submit(parse(raw));
      if (taken === "underpriced") throw new Error("replacement transaction underpriced");
      if (random.chance(faults.replyLost)) throw down();
    },
    factsIn: (blocks) => ask(() => factsIn(blocks)),
    nextSpan: (checkpoint) =>
      ask(() => {
        const from = checkpoint ? checkpoint.number + 1 : 0;
        if (checkpoint && model.blocks[checkpoint.number]?.hash !== checkpoint.hash) {
          throw new ReorganisedError(checkpoint);
        }
        const to = model.finalBlock;
        if (to.number < from) return undefined;
        return { to, facts: factsIn({ from, to: to.number }), more: false };
      }),
  };
}
