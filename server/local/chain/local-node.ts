import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "../../foundation/storage/lock-directory.ts";
import { type CommandQueue, createCommandQueue } from "./command-queue.ts";
import { type ChainJournal, type OpenedJournal, openJournal } from "./journal.ts";
import { startMiner } from "./miner.ts";
import { changesChain } from "./plan-commands.ts";
import { createSimulatedChain, type MinedBlock, type SimulatedChain } from "./simulated-chain.ts";

/** What a subscription (`eth_subscribe`) is told. */
export interface Notification {
  readonly subscription: string;
  readonly result: unknown;
}

/** A chain that answers JSON-RPC calls. */
export interface LocalNode extends AsyncDisposable {
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  onNotification(listener: (notification: Notification) => void): Disposable;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** Applies a journal to a chain at its genesis; every block must come out as it was. */
async function replay(chain: SimulatedChain, opened: OpenedJournal, seen: Map<number, string>) {
  const { header, entries } = opened;
  if (header?.client !== chain.client) {
    throw new Error(
      `the chain was kept by ${header?.client}, this is ${chain.client}: begin anew with --fresh`,
    );
  }
  for (const entry of entries) {
    if (entry[0] === "call") {
      // A call that was refused then is refused now.
      await chain.apply({ method: entry[1], params: entry[2] }).catch(() => {});
    } else {
      const [, number, hash] = entry;
      if (seen.get(number) !== hash) {
        throw new Error(
          `block ${number} came back as ${seen.get(number)} and was ${hash}: begin anew with --fresh`,
        );
      }
      seen.delete(number);
    }
  }
  // The last blocks may have been made with nobody left to note them.
  for (const [number, hash] of seen) opened.journal.note(["block", number, hash]);
}

/** The chain of a journal, brought back to its last command; or a new one, which the journal then begins with. */
async function openChain(
  opened: OpenedJournal | undefined,
  onBlock: (block: MinedBlock) => void,
): Promise<SimulatedChain> {
  const genesisTime = opened?.header?.genesisTime ?? nowSeconds();
  const replayed = new Map<number, string>();
  let tell = ({ number, hash }: MinedBlock): void => void replayed.set(number, hash);
  const chain = await createSimulatedChain(genesisTime, (block) => tell(block));
  if (opened?.header) await replay(chain, opened, replayed);
  else opened?.begin({ client: chain.client, genesisTime });
  tell = onBlock;
  return chain;
}

function openKept(stack: AsyncDisposableStack, directory: string | undefined) {
  if (directory === undefined) return undefined;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  stack.defer(() => lock[Symbol.dispose]());
  const opened = openJournal(join(directory, "journal"));
  stack.defer(() => opened.journal[Symbol.dispose]());
  return opened;
}

/** Calls that a node of ours does not answer, and what to do in their place. */
const REFUSED: Readonly<Record<string, string>> = {
  eth_sendTransaction: "this node signs nothing: sign it, and send it with eth_sendRawTransaction",
  hardhat_reset: "this chain is kept: start it anew to forget it",
};

/** Calls that change the chain go through the queue, the rest is asked of it at once. */
function dispatch(chain: SimulatedChain, queue: CommandQueue, adjust: () => void) {
  return async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const refusal = REFUSED[method];
    if (refusal !== undefined) throw new Error(refusal);
    if (method === "hardhat_getAutomine") return chain.mining.automine;
    if (!changesChain(method)) return chain.provider.request({ method, params: [...params] });
    const result = await queue.run({ method, params });
    adjust();
    return result;
  };
}

/**
 * Starts a chain that mines at once until told otherwise. With a directory it keeps a journal there of everything that
 * changes it, written ahead, and comes back from it to the same blocks, hashes included; without one it forgets.
 *
 * @throws when the directory is in use, its journal is damaged, or its blocks do not come back equal.
 */
export async function startLocalNode(directory?: string): Promise<LocalNode> {
  await using stack = new AsyncDisposableStack();
  const opened = openKept(stack, directory);
  const journal: ChainJournal | undefined = opened?.journal;
  let mined = (): void => {};
  const chain = stack.use(
    await openChain(opened, ({ number, hash }) => {
      journal?.note(["block", number, hash]);
      mined();
    }),
  );
  const queue = stack.use(createCommandQueue(chain, journal));
  const miner = startMiner(chain, queue);
  stack.defer(() => miner[Symbol.dispose]());
  mined = () => miner.mined();
  const owned = stack.move();
  return {
    request: dispatch(chain, queue, () => miner.adjust()),
    onNotification(listener) {
      chain.provider.on("notification", listener);
      return { [Symbol.dispose]: () => void chain.provider.off("notification", listener) };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
