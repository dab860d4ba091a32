import { stopBlocks } from "../../../server/local/chain/start-chain.ts";
import { rpc } from "../../../test/faults/http-faults.ts";
import type { Bench } from "../bench.ts";
import type { Trial } from "../trial.ts";
import { sendGas, setGas } from "./queues.ts";

const GWEI = 10n ** 9n;
const hex = (value: bigint) => `0x${value.toString(16)}`;
const lineToNode = ({ field }: Bench) => {
  const [line] = field.lines.nodes;
  if (!line) throw new Error("the field has no line to a node");
  return line;
};

/** What the runbook says of a node that is not well: another one is used. */
async function useOtherNode({ field }: Bench): Promise<void> {
  const started = await field.crew.restart(0, { RPC_URL: field.corridor.rpcUrl });
  if (!started) throw new Error("the relayer did not start with another node");
}

async function useOwnNode({ field }: Bench): Promise<void> {
  await field.crew.restart(0);
}

/** Above what the relayer ever offers. */
const DEAR = 20_000n * GWEI;
const PACE_MS = 150;

/** Keeps the price of gas up, block after block. */
function createDearGas() {
  let stop: AbortController | undefined;
  let going: Promise<void> | undefined;
  async function hold({ chain }: Bench, { signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      await chain("hardhat_setNextBlockBaseFeePerGas", hex(DEAR));
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    await chain("hardhat_setNextBlockBaseFeePerGas", hex(GWEI));
  }
  return {
    async start(bench: Bench): Promise<void> {
      stop = new AbortController();
      going = hold(bench, stop);
    },
    async end(): Promise<void> {
      stop?.abort();
      await going;
    },
  };
}
const dearGas = createDearGas();

/** Enough for two hundred million units of gas at the least that the local chain takes. */
const LITTLE_GAS = GWEI * 2n * 10n ** 8n;
const BLOCKS_BEHIND = 80;

/** Alarms of the chain, and of our node. */
export const CHAIN_TRIALS: readonly Trial[] = [
  {
    alert: "CorridorChainStill",
    cause: "our node shows the same blocks again and again, and the chain goes on",
    remedy: "compared with a second node; RPC_URL set to that one, started again",
    async provoke(bench) {
      lineToNode(bench).program({ effect: { kind: "stale" } });
    },
    async mend(bench) {
      await useOtherNode(bench);
    },
    after: useOwnNode,
  },
  {
    alert: "CorridorChainUnreachable",
    cause: "our node refuses connections",
    remedy: "RPC_URL set to another node, started again",
    provoke: (bench) => lineToNode(bench).breakLine({ kind: "refuse" }),
    mend: useOtherNode,
    after: useOwnNode,
  },
  {
    alert: "CorridorChainBehind",
    cause: "our node answers no eth_getLogs, and blocks go on",
    remedy: "the log has rounds that failed; RPC_URL set to another node, started again",
    async provoke(bench) {
      const effect = { kind: "status", status: 503 } as const;
      lineToNode(bench).program({ effect, when: rpc("eth_getLogs") });
      for (let block = 0; block < BLOCKS_BEHIND; block++) await bench.chain("evm_mine");
    },
    async mend(bench) {
      const lines = bench.field.crew.logOf(0).split("\n");
      const failed = lines.some(
        (line) => line.includes('"apply-chain-facts"') && line.includes("round failed"),
      );
      if (!failed) throw new Error("the log says nothing of rounds that failed");
      await useOtherNode(bench);
    },
    after: useOwnNode,
  },
  {
    alert: "CorridorTransactionsUnmined",
    cause: "the base fee rises above what the relayer ever offers",
    remedy: "waited until the base fee has fallen",
    async provoke(bench) {
      await stopBlocks(bench.field.corridor.rpcUrl);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await dearGas.start(bench);
      await bench.chain("evm_setIntervalMining", 1_000);
    },
    mend: () => dearGas.end(),
    after: () => dearGas.end(),
  },
  {
    alert: "CorridorGasLow",
    cause: "the relayer's key holds gas for some hundred chain transactions",
    remedy: "gas sent to the lane's address",
    provoke: (bench) => setGas(bench, LITTLE_GAS).then(() => undefined),
    mend: (bench) => sendGas(bench),
  },
];
