import { setBlockTime } from "../../../server/local/chain/start-chain.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { relayerKey } from "../../../server/local/keys.ts";
import type { Field } from "../field/start-field.ts";
import { type FaultKind, sleep } from "./fault.ts";

const DOMAIN = "chain";
const GWEI = 10n ** 9n;

interface Pending {
  readonly transactions: readonly { readonly hash: string; readonly from: string }[];
}

async function stopMining({ corridor }: Field): Promise<void> {
  await callChain(corridor.rpcUrl, "evm_setAutomine", [false]);
  await callChain(corridor.rpcUrl, "evm_setIntervalMining", [0]);
}

/** The pace that the corridor had; on anvil in whole seconds. */
export async function mineAgain({ corridor, chain }: Field): Promise<void> {
  if (chain === "hardhat") return setBlockTime(corridor.rpcUrl, corridor.plan.blockTimeMs);
  await callChain(corridor.rpcUrl, "evm_setIntervalMining", [1]);
}

/** Lets the node forget what relayers have sent and no block holds. */
async function dropPending({ corridor, crew, chain }: Field): Promise<number> {
  const keys = Array.from({ length: crew.count }, (_, each) => relayerKey(each).address);
  const own = new Set(keys.map((key) => key.toLowerCase()));
  const params = ["pending", true];
  const block = (await callChain(corridor.rpcUrl, "eth_getBlockByNumber", params)) as Pending;
  let dropped = 0;
  for (const { hash, from } of block.transactions) {
    if (!own.has(from.toLowerCase())) continue;
    await callChain(corridor.rpcUrl, `${chain}_dropTransaction`, [hash]).catch(() => undefined);
    dropped++;
  }
  return dropped;
}

const stall: FaultKind = {
  kind: "chain stands still",
  weight: 2,
  draw(dice) {
    const forMs = dice.whole(1_500, 7_000);
    return {
      domain: DOMAIN,
      detail: `for ${forMs} ms`,
      forMs,
      async run(field) {
        await stopMining(field);
        await sleep(forMs);
        await mineAgain(field);
      },
    };
  },
};

const drop: FaultKind = {
  kind: "chain transactions dropped",
  weight: 3,
  draw(dice) {
    const forMs = dice.whole(1_500, 4_000);
    return {
      domain: DOMAIN,
      detail: `while it stands still for ${forMs} ms`,
      forMs,
      async run(field) {
        await stopMining(field);
        await sleep(forMs);
        const dropped = await dropPending(field);
        const detail = `${dropped}`;
        field.history.broken.push({ at: Date.now(), kind: "dropped", detail });
        await mineAgain(field);
      },
    };
  },
};

const spike: FaultKind = {
  kind: "fees rise",
  weight: 2,
  draw(dice) {
    const gwei = dice.whole(20, 400);
    return {
      domain: DOMAIN,
      detail: `to ${gwei} gwei`,
      forMs: 2_000,
      async run({ corridor, chain }) {
        const fee = `0x${(BigInt(gwei) * GWEI).toString(16)}`;
        await callChain(corridor.rpcUrl, `${chain}_setNextBlockBaseFeePerGas`, [fee]);
        await sleep(2_000);
      },
    };
  },
};

/** Below the network's depth: nobody may notice but by waiting. */
const reorganise: FaultKind = {
  kind: "blocks replaced below the depth",
  weight: 4,
  draw(dice) {
    const blocks = dice.whole(1, Math.max(1, dice.depth));
    return {
      domain: DOMAIN,
      detail: `${blocks} blocks`,
      forMs: 1_000,
      async run({ corridor }) {
        await callChain(corridor.rpcUrl, "anvil_reorg", [blocks, []]);
        await sleep(500);
      },
    };
  },
};

/** What happens to the chain: blocks are replaced on anvil alone, Hardhat cannot. */
export const chainFaults = (chain: Field["chain"]): readonly FaultKind[] =>
  chain === "anvil" ? [stall, drop, spike, reorganise] : [stall, drop, spike];
