import {
  type ChainCommand,
  MINE_WHAT_WAITS,
  SET_CLOCK,
  type SimulatedChain,
} from "./simulated-chain.ts";

/** Asks that change nothing, although their names begin like those that do. */
const READS = new Set(["hardhat_metadata", "hardhat_getAutomine"]);
const MAX_BLOCKS = 10_000;

/** Whether a JSON-RPC call may change the chain. */
export function changesChain(method: string): boolean {
  if (method === "eth_sendRawTransaction") return true;
  return /^(evm|hardhat)_/.test(method) && !READS.has(method);
}

const seconds = (value: unknown, otherwise: number) => {
  const number = value === undefined ? otherwise : Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error("a number is out of range");
  return number;
};

const setClock = (setting: unknown): ChainCommand => ({ method: SET_CLOCK, params: [setting] });
const mineAt = (time: number): ChainCommand => ({ method: "evm_mine", params: [time] });

function planBlocks({ clock }: SimulatedChain, params: readonly unknown[]): ChainCommand[] {
  const count = seconds(params[0], 1);
  const apart = seconds(params[1], 1);
  if (count > MAX_BLOCKS) throw new Error(`at most ${MAX_BLOCKS} blocks at once`);
  if (count === 0) return [];
  const first = clock.nextTime();
  const last = first + (count - 1) * apart;
  const blocks = Array.from({ length: count }, (_, index) => mineAt(first + index * apart));
  return [...blocks, setClock({ offset: clock.forcedTo(last).offset, forced: null })];
}

/**
 * Says what a call does in commands that need neither this machine's clock nor anything else outside the chain, so that
 * they can be repeated.
 */
export function planCall(chain: SimulatedChain, call: ChainCommand): ChainCommand[] {
  const { method, params } = call;
  const { clock } = chain;
  switch (method) {
    case "evm_mine": {
      if (params[0] === undefined) return [mineAt(clock.nextTime())];
      const time = seconds(params[0], 0);
      return [setClock(clock.forcedTo(time)), mineAt(time)];
    }
    case "hardhat_mine":
      return planBlocks(chain, params);
    case "evm_increaseTime":
      return [setClock(clock.advanced(seconds(params[0], 0)))];
    case "evm_setNextBlockTimestamp":
      return [setClock(clock.forcedTo(seconds(params[0], 0)))];
    default:
      return [call];
  }
}

/** What a call is answered once it is done, in Hardhat's own forms; `result` is its last command's. */
export function answerTo({ clock }: SimulatedChain, call: ChainCommand, result: unknown): unknown {
  switch (call.method) {
    case "evm_mine":
      return "0";
    case "hardhat_mine":
      return true;
    case "evm_increaseTime":
      return String(clock.get().offset);
    case "evm_setNextBlockTimestamp":
      return `0x${Number(call.params[0]).toString(16)}`;
    default:
      return result;
  }
}

/** Chain transactions that came together, and with instant mining the block that takes them up. */
export function planTransactions(
  chain: SimulatedChain,
  calls: readonly ChainCommand[],
): ChainCommand[] {
  if (!chain.mining.automine) return [...calls];
  return [...calls, { method: MINE_WHAT_WAITS, params: [chain.clock.nextTime()] }];
}
