import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { id } from "ethers";
import { type CorridorFixture, connectChain, corridorFixture } from "./corridor-fixture.ts";
import {
  listArguments,
  makeOrder,
  reserveArguments,
  reserved,
  returnArguments,
  settleArguments,
  settled,
} from "./orders.ts";

const SNAPSHOT = new URL("gas-functions-snapshot.json", import.meta.url);
const TOLERANCE = 0.02;
const SIZES = [1, 10, 100, 500];
/** As many proofs as a chain transaction of 120,000 bytes takes. */
const MOST_PROOFS = 260;

const chain = await connectChain();
type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

const gasOf = async (sent: Sent) => Number((await (await sent).wait())?.gasUsed);

/** A corridor in which no position or bucket is written for the first time. */
async function running() {
  return await chain.networkHelpers.loadFixture(runningFixture);
}

async function runningFixture(connection: typeof chain) {
  const fixture = await corridorFixture(connection);
  await settled(fixture);
  return fixture;
}

const rejectionsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, reason: "AC04" }));

/** Each function that handles a batch, by the batch's size. */
const BY_SIZE: Record<string, (fixture: CorridorFixture, count: number) => Promise<number>> = {
  reserve: async (fixture, count) => {
    const order = await makeOrder(fixture, { count });
    return await gasOf(fixture.corridor.reserve(...reserveArguments(order)));
  },
  settle: async (fixture, count) => {
    const order = await reserved(fixture, { count });
    return await gasOf(fixture.corridor.settle(...(await settleArguments(fixture, order))));
  },
  "settle, rejecting all it can": async (fixture, count) => {
    const order = await reserved(fixture, { count });
    const rejections = rejectionsOf(Math.min(count, MOST_PROOFS));
    return await gasOf(
      fixture.corridor.settle(...(await settleArguments(fixture, order, rejections))),
    );
  },
  "settleWithList, rejecting all": async (fixture, count) => {
    const order = await reserved(fixture, { count });
    const values = await listArguments(fixture, order, rejectionsOf(count));
    return await gasOf(fixture.corridor.settleWithList(...values));
  },
  expire: async (fixture, count) => {
    const order = await reserved(fixture, { count });
    await chain.networkHelpers.time.increaseTo(order.quote.settleUntil);
    return await gasOf(fixture.corridor.expire(order.quote, order.batch));
  },
  returnTransfer: async (fixture, count) => {
    const order = await settled(fixture, { count });
    const values = await returnArguments(fixture, { order, index: count - 1 });
    return await gasOf(fixture.corridor.returnTransfer(...values));
  },
};

/** The functions of single accounts. */
const SINGLE: Record<string, (fixture: CorridorFixture) => Promise<number>> = {
  deposit: async ({ corridor, accounts, hkd }) => {
    await corridor.connect(accounts.payer).withdraw(hkd, 1_000);
    await hkd.connect(accounts.payer).approve(corridor, 1_000);
    return await gasOf(corridor.connect(accounts.payer).deposit(hkd, 500));
  },
  withdraw: async ({ corridor, accounts, hkd }) => {
    await corridor.connect(accounts.payer).withdraw(hkd, 1_000);
    return await gasOf(corridor.connect(accounts.payer).withdraw(hkd, 500));
  },
  issue: async ({ accounts, hkd }) => {
    await hkd.connect(accounts.issuer).issue(accounts.payer, 1, id("first"));
    return await gasOf(hkd.connect(accounts.issuer).issue(accounts.payer, 1, id("second")));
  },
  redeem: async ({ corridor, accounts, hkd }) => {
    await corridor.connect(accounts.payer).withdraw(hkd, 1_000);
    return await gasOf(hkd.connect(accounts.payer).redeem(500, id("redemption")));
  },
  transfer: async ({ corridor, accounts, hkd }) => {
    await corridor.connect(accounts.payer).withdraw(hkd, 1_000);
    return await gasOf(hkd.connect(accounts.payer).transfer(accounts.bank, 500));
  },
  setSigner: async ({ corridor, accounts }) =>
    await gasOf(corridor.connect(accounts.payer).setSigner(accounts.stranger.address)),
};

async function measure(): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [name, run] of Object.entries(BY_SIZE)) {
    for (const count of SIZES) rows[`${name}, n = ${count}`] = await run(await running(), count);
  }
  for (const [name, run] of Object.entries(SINGLE)) rows[name] = await run(await running());
  return rows;
}

describe("gas of every function", () => {
  it("stays within 2 % of the snapshot", async () => {
    const rows = await measure();
    // Deleting the file takes a new snapshot; it is committed with the change that explains it.
    if (!existsSync(SNAPSHOT)) writeFileSync(SNAPSHOT, `${JSON.stringify(rows, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, number>;
    expect(Object.keys(rows)).to.deep.equal(Object.keys(snapshot));
    for (const [name, gas] of Object.entries(snapshot)) {
      expect(rows[name], name).to.be.lessThanOrEqual(gas * (1 + TOLERANCE));
    }
  }).timeout(120_000);
});
