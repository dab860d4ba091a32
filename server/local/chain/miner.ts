import type { CommandQueue } from "./command-queue.ts";
import type { SimulatedChain } from "./simulated-chain.ts";

/** The chain's own timer: with instant mining a heartbeat, otherwise the beat of its blocks. */
export interface Miner extends Disposable {
  /** A block was mined: with instant mining, the next heartbeat is a whole interval away. */
  mined(): void;
  /** How blocks come may have changed. */
  adjust(): void;
}

/** Starts mining as the chain is set to. */
export function startMiner(chain: SimulatedChain, queue: CommandQueue): Miner {
  let timer: NodeJS.Timeout | undefined;
  let everyMs = 0;
  let asked = false;

  async function tick(): Promise<void> {
    if (asked) return;
    asked = true;
    // A chain that is stopping, or cannot write its journal, mines no more; those who call it are told.
    await queue.run({ method: "evm_mine", params: [] }).catch(() => {});
    asked = false;
  }

  function adjust(): void {
    if (chain.mining.intervalMs === everyMs) return;
    everyMs = chain.mining.intervalMs;
    clearInterval(timer);
    timer = everyMs > 0 ? setInterval(() => void tick(), everyMs) : undefined;
  }

  adjust();
  return {
    adjust,
    mined() {
      if (chain.mining.automine) timer?.refresh();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
