import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { environment } from "../fixtures/environment.ts";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { makeOrder, type Order, reserveArguments, settleArguments, settled } from "./orders.ts";
import { packed } from "./packed-calls.ts";

/** What one transfer leaves on the chain, reserve and settle together. */
interface Growth {
  /** Storage slots that were empty before and are not afterwards: what every node keeps for ever. */
  readonly slots: number;
  /** Bytes of the chain transactions' data, and of the events' data and topics: what archives keep. */
  readonly callBytes: number;
  readonly logBytes: number;
}

const WORD = 32;
const PACKED = 100;
const EMPTY = `0x${"0".repeat(64)}`;

/** The slots for ever of one transfer, and the most bytes of its calls and logs: what they are, and a hair more. */
const BOUNDS: Readonly<Record<string, Growth>> = {
  "1 alone": { slots: 1, callBytes: 1_710, logBytes: 450 },
  "1 packed by Relay": { slots: 1, callBytes: 1_400, logBytes: 450 },
  "500 in a batch": { slots: 1 / 500, callBytes: 68, logBytes: 66 },
};

const chain = await connectChain();

interface StructLog {
  readonly op: string;
  readonly stack?: readonly string[];
}

type Diff = Readonly<Record<string, { readonly storage?: Readonly<Record<string, string>> }>>;

const keyOf = (word: string) =>
  `0x${BigInt(`0x${word.replace("0x", "")}`)
    .toString(16)
    .padStart(64, "0")}`;

/** The keys under which a chain transaction has stored in the corridor, as either engine tells them. */
async function storedKeys(hash: string, corridor: string): Promise<string[]> {
  const trace = (options: object) =>
    chain.provider.request({ method: "debug_traceTransaction", params: [hash, options] });
  if (environment.contractEngine === "anvil") {
    const diff = await trace({ tracer: "prestateTracer", tracerConfig: { diffMode: true } });
    const { post } = diff as { post: Diff };
    return Object.keys(post[corridor.toLowerCase()]?.storage ?? {});
  }
  const { structLogs } = (await trace({ disableMemory: true, disableStorage: true })) as {
    structLogs: readonly StructLog[];
  };
  // Nobody but the corridor stores anything in these calls.
  const stores = structLogs.filter(({ op }) => op === "SSTORE");
  return stores.map(({ stack }) => keyOf(stack?.at(-1) ?? ""));
}

async function growthOf(
  fixture: CorridorFixture,
  transfers: number,
  sends: readonly (() => Promise<ContractTransactionResponse>)[],
): Promise<Growth> {
  const corridor = await fixture.corridor.getAddress();
  const { provider } = chain.ethers;
  const before = await provider.getBlockNumber();
  const keys = new Set<string>();
  let callBytes = 0;
  let logBytes = 0;
  for (const send of sends) {
    const sent = await send();
    const receipt = await sent.wait();
    callBytes += (sent.data.length - 2) / 2;
    for (const log of receipt?.logs ?? []) {
      logBytes += (log.data.length - 2) / 2 + WORD * log.topics.length;
    }
    for (const key of await storedKeys(sent.hash, corridor)) keys.add(keyOf(key));
  }
  let slots = 0;
  for (const key of keys) {
    const was = await provider.getStorage(corridor, key, before);
    const is = await provider.getStorage(corridor, key);
    if (was === EMPTY && is !== EMPTY) slots++;
  }
  return {
    slots: slots / transfers,
    callBytes: callBytes / transfers,
    logBytes: logBytes / transfers,
  };
}

/** A corridor in use: positions, limits and the bank's quote have their slots already. */
async function runningFixture(connection: typeof chain) {
  const fixture = await corridorFixture(connection);
  const { quote } = await settled(fixture, { quote: { validUntil: 10n ** 12n } });
  return { ...fixture, quote };
}
type Running = CorridorFixture & { quote: Order["quote"] };

async function batchGrowth(fixture: Running, count: number, newQuote = false): Promise<Growth> {
  const order = await makeOrder(fixture, {
    count,
    ...(newQuote ? {} : { quote: { ...fixture.quote } }),
  });
  const outcome = await settleArguments(fixture, order);
  return growthOf(fixture, count, [
    () => fixture.corridor.reserve(...reserveArguments(order)),
    () => fixture.corridor.settle(...outcome),
  ]);
}

async function packedGrowth(fixture: Running): Promise<Growth> {
  const encode = fixture.corridor.interface.encodeFunctionData.bind(fixture.corridor.interface);
  const reservations: { gasLimit: number; data: string }[] = [];
  const settlements: { gasLimit: number; data: string }[] = [];
  for (let made = 0; made < PACKED; made++) {
    const order = await makeOrder(fixture, { quote: { ...fixture.quote } });
    reservations.push({ gasLimit: 120_000, data: encode("reserve", [...reserveArguments(order)]) });
    const outcome = await settleArguments(fixture, order);
    settlements.push({ gasLimit: 80_000, data: encode("settle", [...outcome]) });
  }
  return growthOf(fixture, PACKED, [
    () => fixture.relay.relay(...packed(reservations)),
    () => fixture.relay.relay(...packed(settlements)),
  ]);
}

describe("what transfers leave on the chain", () => {
  let seen: Record<string, Growth> = {};
  const load = async () => await chain.networkHelpers.loadFixture(runningFixture);
  before(async () => {
    seen = {
      "1 alone": await batchGrowth(await load(), 1),
      "1 packed by Relay": await packedGrowth(await load()),
      "500 in a batch": await batchGrowth(await load(), 500),
    };
    for (const [name, { slots, callBytes, logBytes }] of Object.entries(seen)) {
      const bytes = `${callBytes.toFixed(0)} bytes of calls, ${logBytes.toFixed(0)} of logs`;
      process.stdout.write(`    ${name}: ${slots} slots, ${bytes} a transfer\n`);
    }
  });

  for (const [name, most] of Object.entries(BOUNDS)) {
    it(`${name}: ${most.slots} storage slots for ever, at most ${most.callBytes} bytes of calls and ${most.logBytes} of logs a transfer`, () => {
      expect(seen[name]?.slots).to.equal(most.slots);
      expect(seen[name]?.callBytes).to.be.within(1, most.callBytes);
      expect(seen[name]?.logBytes).to.be.within(1, most.logBytes);
    });
  }

  it("one slot more for each quote of the bank's, at its first batch", async () => {
    expect((await batchGrowth(await load(), 1, true)).slots).to.equal(2);
  });
});
