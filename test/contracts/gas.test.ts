import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import { makeOrder, type Order, reserveArguments, settleArguments, settled } from "./orders.ts";
import { packed } from "./packed-calls.ts";

/** Gas of one way to bring transfers through, as measured. */
interface GasRow {
  reserve: number;
  settle: number;
  /** Reserve and settle together, by the number of transfers, rounded up. */
  perTransfer: number;
}

/** Most gas per transfer, reserve and settle together. */
const GATES: Readonly<Record<string, number>> = {
  "1 alone": 172_000,
  "1 packed by Relay": 75_000,
  "500 in a batch": 3_200,
};
/** Measurements may exceed the snapshot by this share; signatures' zero bytes alone move them by some 0.02 %. */
const TOLERANCE = 0.02;
const SNAPSHOT = new URL("gas-snapshot.json", import.meta.url);
/** As many single reservations as a chain transaction of 120,000 bytes takes, with room to spare. */
const PACKED = 100;

const chain = await connectChain();

/**
 * A corridor in use: no position, bucket or nonce is written for the first time, except where a row says so. One
 * wholesale quote serves many batches.
 */
async function runningFixture(connection: typeof chain) {
  const fixture = await corridorFixture(connection);
  const { quote } = await settled(fixture, { quote: { validUntil: 10n ** 12n } });
  return { ...fixture, quote };
}

type Running = CorridorFixture & { quote: Order["quote"] };

async function gasOf(sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) {
  return Number((await (await sent).wait())?.gasUsed);
}

const rowOf = (reserve: number, settle: number, count: number): GasRow => ({
  reserve,
  settle,
  perTransfer: Math.ceil((reserve + settle) / count),
});

async function batchRow(fixture: Running, count: number, newQuote = false): Promise<GasRow> {
  const quote = newQuote ? {} : { quote: { ...fixture.quote } };
  const order = await makeOrder(fixture, { count, ...quote });
  const { corridor } = fixture;
  const reserve = await gasOf(corridor.reserve(...reserveArguments(order)));
  const settle = await gasOf(corridor.settle(...(await settleArguments(fixture, order))));
  return rowOf(reserve, settle, count);
}

async function packedRow(fixture: Running, ownQuotes = false): Promise<GasRow> {
  const { corridor, relay } = fixture;
  const reservations = [];
  const settlements = [];
  const encode = corridor.interface.encodeFunctionData.bind(corridor.interface);
  for (let made = 0; made < PACKED; made += 1) {
    const order = await makeOrder(fixture, ownQuotes ? {} : { quote: { ...fixture.quote } });
    reservations.push({ gasLimit: 120_000, data: encode("reserve", [...reserveArguments(order)]) });
    const outcome = await settleArguments(fixture, order);
    settlements.push({ gasLimit: 80_000, data: encode("settle", [...outcome]) });
  }
  const reserve = relay.relay(...packed(reservations));
  expect((await reserve).data.length / 2).to.be.lessThan(120_000);
  const settle = relay.relay(...packed(settlements));
  for (const sent of [reserve, settle]) await expect(sent).not.to.emit(relay, "CallFailed");
  return rowOf(await gasOf(reserve), await gasOf(settle), PACKED);
}

async function measure(): Promise<Record<string, GasRow>> {
  const load = async () => await chain.networkHelpers.loadFixture(runningFixture);
  return {
    "1 alone": await batchRow(await load(), 1),
    "1 alone, first under its quote": await batchRow(await load(), 1, true),
    "1 packed by Relay": await packedRow(await load()),
    "1 packed, each first under a quote": await packedRow(await load(), true),
    "10 in a batch": await batchRow(await load(), 10),
    "100 in a batch": await batchRow(await load(), 100),
    "500 in a batch": await batchRow(await load(), 500),
  };
}

function tableOf(rows: Record<string, GasRow>): string {
  const line = (cells: readonly (string | number)[]) =>
    `    ${String(cells[0]).padEnd(36)}${cells
      .slice(1)
      .map((cell) => cell.toLocaleString("en").padStart(14))
      .join("")}`;
  return [
    line(["transfers", "reserve", "settle", "per transfer"]),
    ...Object.entries(rows).map(([name, row]) =>
      line([name, row.reserve, row.settle, row.perTransfer]),
    ),
  ].join("\n");
}

describe("gas of reserve and settle", () => {
  let rows: Record<string, GasRow> = {};

  before(async () => {
    rows = await measure();
    process.stdout.write(`${tableOf(rows)}\n`);
  });

  for (const [name, gate] of Object.entries(GATES)) {
    it(`is at most ${gate.toLocaleString("en")} per transfer for ${name}`, () => {
      expect(rows[name]?.perTransfer).to.be.lessThanOrEqual(gate);
    });
  }

  it("stays within 2 % of the snapshot", () => {
    // Deleting the file takes a new snapshot; it is committed with the change that explains it.
    if (!existsSync(SNAPSHOT)) writeFileSync(SNAPSHOT, `${JSON.stringify(rows, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, GasRow>;
    expect(Object.keys(rows)).to.deep.equal(Object.keys(snapshot));
    for (const [name, { perTransfer }] of Object.entries(snapshot)) {
      expect(rows[name]?.perTransfer, name).to.be.lessThanOrEqual(perTransfer * (1 + TOLERANCE));
    }
  });
});
