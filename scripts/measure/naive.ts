import { JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { developmentKey } from "../../server/local/keys.ts";
import { type Latencies, summarise } from "./percentiles.ts";

export interface NaiveResult {
  readonly sequential: Latencies & { readonly perSecond: number };
  /** All at once, with a nonce manager; only on interval mining, since mining at once refuses nonces out of order. */
  readonly concurrent?: Latencies & { readonly perSecond: number; readonly refused: number };
}

/** Rich accounts that nothing else uses. */
const PAYER = 15;
const PAYEE = 16;
const POLL_MS = 10;

/**
 * What a user would write instead: one chain transaction per transfer, wait for its receipt, then credit. A plain value
 * transfer, cheaper than any token; no bank, no wallet, no database, no checks.
 */
export async function runNaive(
  rpcUrl: string,
  options: { readonly blockTimeMs: number; readonly count: number },
): Promise<NaiveResult> {
  // Without this a provider answers from its cache, and a sender reads an old nonce.
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  // The library's default of 4 s would make it look far worse than it is.
  provider.pollingInterval = POLL_MS;
  const credited: string[] = [];
  const order = { to: developmentKey(PAYEE).address, value: 1n };
  try {
    const wallet = new Wallet(developmentKey(PAYER).privateKey, provider);
    const sequentialCount = options.blockTimeMs === 0 ? options.count : 10;
    const samples: number[] = [];
    const startedAt = performance.now();
    for (let index = 0; index < sequentialCount; index++) {
      const start = performance.now();
      const sent = await wallet.sendTransaction(order);
      await sent.wait();
      credited.push(sent.hash);
      samples.push(performance.now() - start);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const sequential = { ...summarise(samples), perSecond: samples.length / seconds };
    if (options.blockTimeMs === 0) return { sequential };
    return { sequential, concurrent: await runConcurrent(wallet, order, options.count) };
  } finally {
    provider.destroy();
  }
}

async function runConcurrent(wallet: Wallet, order: { to: string; value: bigint }, count: number) {
  const manager = new NonceManager(wallet);
  const samples: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  const sendOne = async () => {
    const start = performance.now();
    try {
      const sent = await manager.sendTransaction(order);
      await sent.wait();
      samples.push(performance.now() - start);
    } catch {
      refused++;
    }
  };
  await Promise.all(Array.from({ length: count }, sendOne));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { ...summarise(samples), perSecond: samples.length / seconds, refused };
}
