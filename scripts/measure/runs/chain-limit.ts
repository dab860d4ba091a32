import { type Quote, quoteHashOf } from "../../../protocol/messages.ts";
import { minorUnits } from "../../../protocol/money.ts";
import { callChain } from "../../../server/local/chain-clock.ts";
import { type Bench, openBench } from "../bench.ts";
import { countSettled, driveLanes, signLanes } from "../chain/drive-chain.ts";
import { packAll, signBatches } from "../chain/sign-batches.ts";
import { benchOptions, type MeasureOptions } from "../options.ts";
import { countersPer } from "../read/counters.ts";
import { watchUsage } from "../read/usage.ts";
import type { Measured, Path, RunResult } from "../report/measured.ts";

const BATCHES = 60;
/** Singles for each batch that is driven: so that both take about as long. */
const SINGLES_PER_BATCH = 40;
const HOUR = 3_600n;
/** Far more than is sent under one quote, in minor units. */
const MAX_SEND = minorUnits(10n ** 12n);
const MICROS = 1e6;

/** A quote of the corridor's bank for a lane of our own, good for an hour of the chain's clock. */
async function quoteFor(bench: Bench, template: Quote, salt: bigint): Promise<Quote> {
  const { rpcUrl } = bench.corridor;
  const block = (await callChain(rpcUrl, "eth_getBlockByNumber", ["latest", false])) as {
    timestamp: string;
  };
  const now = BigInt(block.timestamp);
  const clocks = {
    validUntil: now + HOUR,
    settleUntil: now + 2n * HOUR,
    returnUntil: now + 24n * HOUR,
  };
  return { ...template, ...clocks, maxSend: MAX_SEND, salt };
}

interface ChainLoad {
  readonly path: Path;
  readonly batches: number;
  readonly size: number;
}

let salt = 0n;

async function signLoad(bench: Bench, template: Quote, load: ChainLoad) {
  const { corridor } = bench;
  const deployment = { chainId: corridor.network.chainId, corridor: corridor.network.corridor };
  return signLanes(corridor, async () => {
    salt += 1n;
    const quote = await quoteFor(bench, template, salt);
    const batches = Math.ceil(load.batches / 2);
    const order = { deployment, quote, batches, size: load.size };
    const { reserve, settle } = await signBatches(corridor.plan, order);
    return [...packAll(reserve), ...packAll(settle)];
  });
}

/** Signs everything, then sends it as fast as the node takes it. Void unless each batch is settled and no call failed. */
async function driveLoad(bench: Bench, template: Quote, load: ChainLoad): Promise<Measured> {
  const { corridor } = bench;
  const lanes = await signLoad(bench, template, load);
  const head = Number(await callChain(corridor.rpcUrl, "eth_blockNumber", []));
  const before = await bench.counters.readChain();
  const endUsage = watchUsage(bench.pids);
  const startedAt = performance.now();
  await driveLanes(corridor, lanes);
  const seconds = (performance.now() - startedAt) / 1_000;
  const usage = endUsage();
  const after = await bench.counters.readChain();
  const batches = 2 * Math.ceil(load.batches / 2);
  const { settled, failed } = await countSettled(corridor, head + 1);
  if (settled !== batches || failed > 0) {
    throw new Error(`void: ${settled} of ${batches} batches settled, ${failed} calls failed`);
  }
  const transfers = batches * load.size;
  const { gas, chainTransactions } = countersPer(before, after, transfers);
  return {
    name: load.path,
    path: load.path,
    blockTimeMs: corridor.plan.blockTimeMs,
    transfers,
    perSecond: transfers / seconds,
    errors: {},
    usage,
    perTransfer: {
      cpuMicros: ((usage["chain"]?.cpuSeconds ?? 0) * MICROS) / transfers,
      gas,
      chainTransactions,
      statements: 0,
    },
  };
}

/**
 * The physical limit of this chain on this machine: signed batches, and singles packed as the relayer packs them, driven
 * straight at the contracts. Every other service is ended before, so that only the node and this script run.
 */
export async function runChainLimit(options: MeasureOptions): Promise<RunResult> {
  await using bench = await openBench(benchOptions(options, { blockTimeMs: 0 }));
  const [pair] = bench.people;
  if (!pair) throw new Error("there are no people");
  const { signedQuote } = await bench.payer.quote({
    ...pair,
    amount: { value: "100.00", currency: "HKD" },
  });
  const template = signedQuote.quote;
  const { network, services } = bench.corridor;
  const deployment = { chainId: network.chainId, corridor: network.corridor };
  if (quoteHashOf(deployment, template) !== signedQuote.quoteHash) {
    throw new Error("the bank's quote is not what it signed");
  }
  for (const [name, service] of services) {
    if (name !== "chain") await service[Symbol.asyncDispose]();
  }
  const batches = options.count ?? BATCHES;
  const loads: ChainLoad[] = [
    { path: "chain: batches", batches, size: options.batchSize },
    { path: "chain: packed singles", batches: batches * SINGLES_PER_BATCH, size: 1 },
  ];
  const measured: Measured[] = [];
  for (const load of loads) {
    // Positions, buckets and nonces are written for the first time by somebody else.
    await driveLoad(bench, template, { ...load, batches: 4 });
    measured.push(await driveLoad(bench, template, load));
  }
  return { measured };
}
