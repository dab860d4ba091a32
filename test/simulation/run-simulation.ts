import { useFastKeccak } from "../../server/foundation/chain/fast-keccak.ts";
import { armFailpoints } from "../../server/foundation/process/failpoint.ts";
import { type ChainModel, DEPTH } from "./chain-model.ts";
import { makeOrder, type Order } from "./orders.ts";
import { openSimulatedDatabase, type SimulatedDatabase } from "./sim-database.ts";
import { ROUNDS, type SimulatedRelayer } from "./sim-relayer.ts";
import type { WalletModel } from "./wallet-model.ts";
import { type SimulationOptions, World } from "./world.ts";

/** A run that has come to rest, open for the checker to look at. */
export interface Simulation extends AsyncDisposable {
  readonly database: SimulatedDatabase;
  readonly chain: ChainModel;
  readonly wallet: WalletModel;
  /** Orders of which a wallet was told that they are accepted. */
  readonly accepted: readonly Order[];
  readonly relayers: readonly SimulatedRelayer[];
  readonly faults: Readonly<Record<string, number>>;
  readonly rounds: number;
}

const FAILPOINTS = [
  "C01",
  "C02",
  "C03",
  "C04",
  "C05",
  "C06",
  "C07",
  "C11",
  "C12",
  "C13",
  "C14",
  "C16",
  "C17",
  "C18",
  "C20",
  "C21",
];

async function disturb(world: World): Promise<void> {
  const { random, chain } = world;
  if (random.chance(0.05)) {
    world.count("pool drops a transaction");
    chain.drop(random);
  }
  if (random.chance(0.04)) {
    world.count("blocks replaced");
    chain.reorganise(1 + random.below(DEPTH - 1), random);
  }
  if (random.chance(0.03)) {
    world.count("fees rise");
    chain.baseFee = 1 + random.below(20);
  }
  if (random.chance(0.03)) world.restart(random.below(world.relayers.length));
  if (random.chance(0.06)) {
    const name = random.pick(FAILPOINTS);
    world.count(`failpoint ${name}`);
    armFailpoints(`${name}:throw`);
  }
  if (random.chance(0.02)) {
    world.count("nodes unreachable for a while");
    world.line.unreachable = 0.9;
  } else if (random.chance(0.2)) world.line.unreachable = 0.02;
  if (random.chance(0.03)) {
    world.count("payee silent for a while");
    world.payee.unreachable = 1;
  } else if (random.chance(0.15)) world.payee.unreachable = 0.02;
}

/** Longer than a lease lasts. */
const LONG_PAUSE_MS = 20_000;

/**
 * An instance stands still in the middle of its work for longer than its lease; others take the work over, and then it
 * goes on.
 */
async function pauseOwner(world: World): Promise<void> {
  world.count("owner paused past its lease");
  const { random } = world;
  const [point, round] = random.pick([
    ["C18", "submit"],
    ["C11", "credit"],
    ["C13", "credit"],
  ] as const);
  const paused = random.below(world.relayers.length);
  armFailpoints(`${point}:sleep=400`);
  const going = world.round(paused, round);
  // The paused one has come to its place before the others begin.
  await new Promise((resolve) => setTimeout(resolve, 25));
  armFailpoints("");
  await world.tick(LONG_PAUSE_MS);
  const others = [...world.relayers.keys()].filter((index) => index !== paused);
  for (const index of others) await world.round(index, round);
  for (let block = 0; block <= DEPTH; block++) world.mine();
  for (const index of others) await world.round(index, "follow");
  await going;
}

/** Time passes: mostly a few seconds, now and then so much that clocks run out. */
async function passTime(world: World): Promise<void> {
  const { random } = world;
  const long = random.chance(0.04);
  if (long) world.count("everything stands still");
  await world.tick(long ? 60_000 + random.below(120_000) : random.below(4_000));
  if (random.chance(0.7)) world.mine();
}

/** Orders come in while everything goes wrong. */
async function underFaults(world: World, options: SimulationOptions): Promise<void> {
  const { random } = world;
  let made = 0;
  while (made < options.transfers) {
    await passTime(world);
    await disturb(world);
    if (random.chance(0.06)) await pauseOwner(world);
    const count = Math.min(1 + random.below(options.maxBatch), options.transfers - made);
    made += count;
    const now = world.chain.finalBlock.timestamp;
    const order = await makeOrder(world.parties, { random, db: world.database.db, now, count });
    const again = random.chance(0.3) ? world.pending.shift() : undefined;
    await Promise.all([order, again].map((each) => each && world.send(each)));
    const steps = world.relayers.flatMap((_, index) =>
      random.chance(0.8) ? [world.round(index, random.pick(ROUNDS))] : [],
    );
    await Promise.all(steps);
    armFailpoints("");
    for (const round of ["follow", "submit", "credit"] as const) {
      await world.round(random.below(world.relayers.length), round);
    }
  }
}

async function isAtRest({ database: { db } }: World): Promise<boolean> {
  const open = await db
    .selectFrom("batches")
    .select("batch_id")
    .where("stage", "<>", "done")
    .limit(1)
    .execute();
  const outgoing = await db.selectFrom("outbox").select("id").limit(1).execute();
  return open.length === 0 && outgoing.length === 0;
}

/** Nothing goes wrong any more: everything must come to its end within so many rounds. */
async function untilAtRest(world: World): Promise<void> {
  world.line.unreachable = 0;
  world.line.replyLost = 0;
  world.payee.unreachable = 0;
  world.payee.replyLost = 0;
  world.chain.baseFee = 1;
  for (const order of world.pending.splice(0)) await world.send(order);
  for (let step = 0; step < 600; step++) {
    await world.tick(2_000);
    world.mine();
    for (const index of world.relayers.keys()) {
      for (const round of ROUNDS) await world.round(index, round);
    }
    if (step > DEPTH && (await isAtRest(world))) return;
  }
  throw new Error("it has not come to rest");
}

/** Runs the relayer's own services over models of chain and wallet, with faults, until everything is at rest. */
export async function runSimulation(options: SimulationOptions): Promise<Simulation> {
  await useFastKeccak();
  const database = await openSimulatedDatabase(options.database ?? "embedded");
  const world = new World(database, options);
  await world.tick(0);
  try {
    await underFaults(world, options);
    await untilAtRest(world);
  } finally {
    armFailpoints("");
  }
  const { chain, wallet, accepted, relayers, faults, rounds } = world;
  return {
    database,
    chain,
    wallet,
    accepted,
    relayers,
    faults,
    rounds,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
