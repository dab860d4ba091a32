import type { Costs } from "./costs.ts";
import type { Engine } from "./engine.ts";
import type { PackedCall } from "./packer.ts";
import type { Work } from "./parts.ts";

/** Of the local chain; see hardhat.config.ts. */
export const BLOCK_GAS = 60_000_000;

export interface ModelChainOptions {
  readonly costs: Costs;
  readonly random: () => number;
  readonly work: Work;
  /** Told of the calls of a block that was mined. */
  readonly follow: (calls: readonly PackedCall[]) => void;
}

/** A node that mines at once, or at every block interval as much as a block's gas allows. */
export function createModelChain(engine: Engine, options: ModelChainOptions) {
  const { costs, work, follow } = options;
  const pending: (readonly PackedCall[])[] = [];
  const gasOf = (calls: readonly PackedCall[]) => (calls.length * costs.size * costs.gas) / 2;
  const count = (calls: readonly PackedCall[], kind: PackedCall["kind"]) =>
    calls.filter((call) => call.kind === kind).length;
  function execute(calls: readonly PackedCall[], then: () => void): void {
    work("chain", "reserve", count(calls, "reserve"), () =>
      work("chain", "settle", count(calls, "settle"), () => {
        then();
        follow(calls);
      }),
    );
  }
  let ticking = false;
  function tick(): void {
    let gas = 0;
    const block: PackedCall[] = [];
    while (pending[0] && (gas === 0 || gas + gasOf(pending[0]) <= BLOCK_GAS)) {
      gas += gasOf(pending[0]);
      block.push(...(pending.shift() ?? []));
    }
    if (block.length > 0) execute(block, () => undefined);
    if (pending.length > 0) engine.after(costs.blockTimeMs, tick);
    else ticking = false;
  }
  // Blocks come at whole intervals from a moment that has nothing to do with the first order.
  const phase = options.random() * costs.blockTimeMs;
  function untilNextBlock(): number {
    const since = (engine.now() - phase) % costs.blockTimeMs;
    return since < 0 ? -since : costs.blockTimeMs - since;
  }
  return {
    send(calls: readonly PackedCall[], accepted: () => void): void {
      if (costs.blockTimeMs === 0) {
        execute(calls, accepted);
        return;
      }
      pending.push(calls);
      if (!ticking) {
        ticking = true;
        engine.after(untilNextBlock(), tick);
      }
      accepted();
    },
  };
}
