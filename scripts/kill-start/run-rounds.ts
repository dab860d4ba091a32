import type { FoundCorridor } from "../send/find-corridor.ts";
import { checkSurvival, type Survival } from "./check-survival.ts";
import { type CorridorTree, startTree } from "./corridor-tree.ts";
import { openPairs, type Pair, payUntil, type Seen, watchBlocks } from "./load.ts";

/** One kill and what came of it. */
export interface Round extends Survival {
  readonly round: number;
  /** How long it had been under load, in milliseconds. */
  readonly killedAfterMs: number;
  /** Further kills while it was coming back. */
  readonly killedStarting: number;
  /** From the last start to running again. */
  readonly backAfterMs: number;
}

export interface RoundsOptions {
  readonly directory: string;
  readonly times: number;
  readonly pairs: number;
  readonly blockTime: string;
  /** Numbers in [0, 1) that everything left to chance is drawn from. */
  readonly random: () => number;
  readonly onRound: (round: Round) => void;
}

const LOAD_MS = { least: 500, most: 3_000 };
const STARTING_MS = { least: 0, most: 4_000 };
/** How often a corridor that comes back is killed once more. */
const KILLED_AGAIN = 0.25;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const within = ({ least, most }: { least: number; most: number }, random: () => number) =>
  Math.round(least + random() * (most - least));

/** Pays until the tree is killed under it. */
async function killUnderLoad(
  tree: CorridorTree,
  found: FoundCorridor,
  load: { readonly pairs: readonly Pair[]; readonly seen: Seen; readonly ms: number },
): Promise<void> {
  const stop = new AbortController();
  const working = Promise.all([
    payUntil(found, load.pairs, load.seen, stop.signal),
    watchBlocks(found.addresses.rpcUrl, load.seen, stop.signal),
  ]);
  await sleep(load.ms);
  // Stopped in the same breath: an order made after the kill would say nothing.
  const killed = tree.kill();
  stop.abort();
  await Promise.all([killed, working]);
}

/** Starts it again, and at times kills it once more before it runs. */
async function comeBack({ directory, blockTime, random }: RoundsOptions) {
  const start = () => startTree(directory, "--block-time", blockTime);
  let killedStarting = 0;
  while (random() < KILLED_AGAIN) {
    const tree = start();
    await sleep(within(STARTING_MS, random));
    await tree.kill();
    killedStarting++;
  }
  const startedAt = performance.now();
  const tree = start();
  const found = await tree.ready();
  return { tree, found, killedStarting, backAfterMs: Math.round(performance.now() - startedAt) };
}

/**
 * Kills every process of a corridor under load again and again, on one directory, and checks after each time that it
 * came back with everything. Ends at the first violation, or after so many times; the corridor is ended in order.
 */
export async function runRounds(options: RoundsOptions): Promise<Round[]> {
  const { directory, blockTime, random } = options;
  const rounds: Round[] = [];
  let tree = startTree(directory, "--fresh", "--block-time", blockTime);
  try {
    let found = await tree.ready();
    const pairs = await openPairs(found, options.pairs);
    const seen: Seen = { orders: [], blocks: new Map() };
    for (let round = 1; round <= options.times; round++) {
      const killedAfterMs = within(LOAD_MS, random);
      await killUnderLoad(tree, found, { pairs, seen, ms: killedAfterMs });
      const back = await comeBack(options);
      tree = back.tree;
      found = back.found;
      const { killedStarting, backAfterMs } = back;
      const survival = await checkSurvival(found, pairs, seen);
      const done = { round, killedAfterMs, killedStarting, backAfterMs, ...survival };
      rounds.push(done);
      options.onRound(done);
      if (survival.violations.length > 0) break;
    }
    await tree.interrupt();
    return rounds;
  } finally {
    await tree.kill();
  }
}
