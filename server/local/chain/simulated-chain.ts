import { network } from "hardhat";
import { type BlockClock, type ClockSetting, createBlockClock } from "./block-clock.ts";

/** A state-changing command that leads to the same blocks whenever it is applied to the same chain. */
export interface ChainCommand {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface MinedBlock {
  readonly number: number;
  readonly hash: string;
}

/** How blocks come by themselves. */
export interface Mining {
  /** A block for what was sent, at once. */
  automine: boolean;
  /** Milliseconds between blocks, wanted or not; 0 for none. */
  intervalMs: number;
}

type Provider = Awaited<ReturnType<typeof network.create>>["provider"];

/**
 * Hardhat's chain without a will of its own: it never mines by itself and never looks at this machine's clock, so that
 * the same commands always give the same blocks, hashes included.
 */
export interface SimulatedChain extends AsyncDisposable {
  readonly provider: Provider;
  readonly client: string;
  readonly clock: BlockClock;
  readonly mining: Mining;
  /** Applies a command; what it mined is told to `onBlock` before it answers. */
  apply(command: ChainCommand): Promise<unknown>;
}

/** Mines at `params[0]` (Unix seconds) if anything was accepted since the last block. */
export const MINE_WHAT_WAITS = "corridor_mineWhatWaits";
/** Sets the chain's clock to a `ClockSetting`. */
export const SET_CLOCK = "corridor_setClock";

/** A chain that mines only on demand stops its clock, and with it every deadline: it mines this often anyway. */
export const HEARTBEAT_MS = 1_000;

interface RpcBlock {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}

const quantity = (value: number) => `0x${value.toString(16)}`;

/** Begins a chain at a genesis time in Unix seconds. */
export async function createSimulatedChain(
  genesisTime: number,
  onBlock: (block: MinedBlock) => void,
): Promise<SimulatedChain> {
  const connection = await network.create({
    network: "default",
    override: {
      mining: { auto: false, interval: 0 },
      initialDate: new Date(genesisTime * 1_000),
    },
  });
  const { provider } = connection;
  const clock = createBlockClock(genesisTime);
  const mining: Mining = { automine: true, intervalMs: HEARTBEAT_MS };
  const clockAt = new Map<unknown, ClockSetting>();
  let waiting = 0;

  async function latest(): Promise<RpcBlock> {
    const params = ["latest", false];
    return (await provider.request({ method: "eth_getBlockByNumber", params })) as RpcBlock;
  }

  /** Mines one block and answers how many chain transactions are in it. */
  async function mine(time: number): Promise<number> {
    await provider.request({ method: "evm_mine", params: [quantity(time)] });
    const block = await latest();
    clock.mined(time);
    waiting = Math.max(0, waiting - block.transactions.length);
    onBlock({ number: Number(block.number), hash: block.hash });
    return block.transactions.length;
  }

  async function mineWhatWaits(time: number): Promise<void> {
    // What does not fit into one block goes into the next; what waits for an earlier nonce goes on waiting.
    while (waiting > 0 && (await mine(time)) > 0);
  }

  async function rollBack(command: ChainCommand): Promise<unknown> {
    const done = await provider.request({ method: command.method, params: [...command.params] });
    const setting = clockAt.get(command.params[0]);
    if (done === true && setting !== undefined) clock.set(setting);
    clock.rolledBack(Number((await latest()).timestamp));
    return done;
  }

  async function apply(command: ChainCommand): Promise<unknown> {
    const { method, params } = command;
    switch (method) {
      case "evm_mine":
        return mine(Number(params[0]));
      case MINE_WHAT_WAITS:
        return mineWhatWaits(Number(params[0]));
      case SET_CLOCK:
        return clock.set(params[0] as ClockSetting);
      case "evm_setAutomine":
        mining.automine = params[0] === true;
        return true;
      case "evm_setIntervalMining":
        mining.intervalMs = Number(params[0]);
        return true;
      case "evm_revert":
        return rollBack(command);
    }
    const result = await provider.request({ method, params: [...params] });
    if (method === "evm_snapshot") clockAt.set(result, clock.get());
    if (method === "eth_sendRawTransaction") waiting++;
    return result;
  }

  const client = String(await provider.request({ method: "web3_clientVersion" }));
  return {
    provider,
    client,
    clock,
    mining,
    apply,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
