import { JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { developmentKey } from "../../../server/local/keys.ts";
import type { Bench } from "../bench.ts";
import { cpuOfServices, watchUsage } from "../read/usage.ts";
import type { Measured } from "../report/measured.ts";
import { summarise } from "../report/percentiles.ts";

/** Rich accounts that nothing else uses. */
const PAYER = 14;
const PAYEE = 13;
const POLL_MS = 10;
const PATIENCE_MS = 60_000;
const MICROS = 1e6;

interface NaiveLoad {
  readonly path: "naive: one by one" | "naive: all at once";
  /** The milliseconds of each transfer that was credited. */
  run(wallet: Wallet): Promise<{ samples: number[]; refused: number }>;
}

/**
 * What a user would write instead: one chain transaction per transfer, wait for its receipt, then credit. A plain value
 * transfer, cheaper than any token; no bank, no wallet, no database, no checks.
 */
async function measureNaive(bench: Bench, load: NaiveLoad): Promise<Measured> {
  // Without this a provider answers from its cache, and a sender reads an old nonce.
  const provider = new JsonRpcProvider(bench.corridor.rpcUrl, undefined, { cacheTimeout: -1 });
  // The library's default of 4 s would make it look far worse than it is.
  provider.pollingInterval = POLL_MS;
  try {
    const endUsage = watchUsage(bench.pids);
    const startedAt = performance.now();
    const wallet = new Wallet(developmentKey(PAYER).privateKey, provider);
    const { samples, refused } = await load.run(wallet);
    const seconds = (performance.now() - startedAt) / 1_000;
    const usage = endUsage();
    const { blockTimeMs } = bench.corridor.plan;
    return {
      name: `${load.path}, ${blockTimeMs === 0 ? "blocks at once" : `blocks of ${blockTimeMs} ms`}`,
      path: load.path,
      blockTimeMs,
      latencies: summarise(samples),
      samples,
      transfers: samples.length,
      perSecond: samples.length / seconds,
      errors: refused > 0 ? { "refused by the node": refused } : {},
      usage,
      perTransfer: {
        cpuMicros: (cpuOfServices(usage) * MICROS) / samples.length,
        gas: 21_000,
        chainTransactions: 1,
        statements: 0,
      },
    };
  } finally {
    provider.destroy();
  }
}

const ORDER = { to: developmentKey(PAYEE).address, value: 1n };

/** Credits, after the receipt: a script's whole ledger. */
function createLedger() {
  const credited = new Set<string>();
  const samples: number[] = [];
  return {
    samples,
    credit(hash: string, ms: number) {
      if (credited.has(hash)) throw new Error("void: credited twice");
      credited.add(hash);
      samples.push(ms);
    },
  };
}

/** One after the other, each waiting for its receipt. */
export function runNaiveSequential(bench: Bench, count: number): Promise<Measured> {
  return measureNaive(bench, {
    path: "naive: one by one",
    async run(wallet) {
      const ledger = createLedger();
      for (let index = 0; index < count; index++) {
        const start = performance.now();
        const sent = await wallet.sendTransaction(ORDER);
        await sent.wait();
        ledger.credit(sent.hash, performance.now() - start);
      }
      return { samples: ledger.samples, refused: 0 };
    },
  });
}

/** All at once, with a nonce manager; mining at once refuses nonces out of order, and what is refused is counted. */
export function runNaiveConcurrent(bench: Bench, count: number): Promise<Measured> {
  return measureNaive(bench, {
    path: "naive: all at once",
    async run(wallet) {
      const manager = new NonceManager(wallet);
      const ledger = createLedger();
      let refused = 0;
      const sendOne = async () => {
        const start = performance.now();
        try {
          const sent = await manager.sendTransaction(ORDER);
          // Behind a refused nonce none is ever mined.
          await sent.wait(1, PATIENCE_MS);
          ledger.credit(sent.hash, performance.now() - start);
        } catch {
          refused++;
        }
      };
      await Promise.all(Array.from({ length: count }, sendOne));
      return { samples: ledger.samples, refused };
    },
  });
}
