import { expect } from "chai";
import { seededRandom } from "../../../scripts/kill-start/seeded-random.ts";
import type { ProcessUsage } from "../../../scripts/measure/read/usage.ts";
import type { Measured, Report } from "../../../scripts/measure/report/measured.ts";
import { summarise } from "../../../scripts/measure/report/percentiles.ts";
import { compareWithModel, errorsOf, formatComparison } from "../../../scripts/scaling/against.ts";
import { firstLimit, limitsOf, needsOf } from "../../../scripts/scaling/capacity.ts";
import { modelCorridor } from "../../../scripts/scaling/corridor-model.ts";
import { costsOf } from "../../../scripts/scaling/costs.ts";
import { near } from "./near.ts";

const used = (cpuSeconds: number, mainThreadSeconds: number): ProcessUsage => ({
  cpuSeconds,
  mainThreadSeconds,
  memoryMiB: 1,
  grownMiB: 0,
  maximumMiB: 1,
  writtenBytes: 0,
});

const LOAD: Measured = {
  name: "100/s, batch",
  path: "batch",
  blockTimeMs: 1_000,
  store: "postgres",
  relayers: 2,
  rate: 100,
  latencies: summarise([500, 600, 700]),
  transfers: 1_000,
  perSecond: 100,
  errors: {},
  usage: {
    relayer: used(2, 1),
    "relayer-2": used(1, 0.5),
    postgres: used(1, 1),
    chain: used(1, 0.5),
    "island-wallet": used(1, 0.75),
    "harbour-wallet": used(0.5, 0.5),
    "meridian-bank": used(0.25, 0.25),
    load: used(1, 1),
  },
  perTransfer: {
    cpuMicros: 6_750,
    gas: 3_000,
    chainTransactions: 0.02,
    statements: 1,
    commits: 0.1,
  },
};

const REPORT = {
  run: "steady",
  options: { "batch-size": "100" },
  machine: { processors: 2 },
  measured: [LOAD],
} as unknown as Report;

describe("what a measured load says about other loads", () => {
  it("reads the CPU of an order off it: each part's own thread, and all else beside it", () => {
    const { parts, gas, relayers } = costsOf(LOAD, 100);
    // Ten orders of a hundred transfers.
    expect(parts.relayer).to.deep.equal({ thread: 150, beside: 150 });
    expect(parts.payee).to.deep.equal({ thread: 75, beside: 25 });
    expect(parts.load).to.deep.equal({ thread: 100, beside: 0 });
    expect([gas, relayers]).to.deep.equal([3_000, 2]);
  });

  it("refuses a load of which it knows no CPU time", () => {
    const { usage: _, ...without } = LOAD;
    expect(() => costsOf(without, 1)).to.throw(/without CPU times/);
    expect(() => needsOf({ ...LOAD, usage: {} })).to.throw(/on PostgreSQL/);
  });

  it("predicts each measured load from its own costs, and tells the error of each figure", () => {
    const [compared] = compareWithModel([REPORT], 1);
    const { p50 = 0, p99 = 0 } = compared?.predicted ?? {};
    expect(compared?.others, "alone on its machine").to.equal(0);
    const [first, , last] = errorsOf([compared!]);
    // What was measured is 600 and 700 ms.
    expect(first).to.satisfy(near(p50 / 600 - 1, 1e-12));
    expect(last).to.satisfy(near(p99 / 700 - 1, 1e-12));
    expect(formatComparison([compared!])).to.match(/100\/s, batch +0\.00 cores +0\.0 +600 +\d+/);
  });

  it("tells from the CPU time that others got how many threads they were, and predicts longer times beside them", () => {
    const busy = { ...REPORT, measured: [{ ...LOAD, othersBusy: 1.4 }] };
    const [alone, crowded] = compareWithModel([REPORT, busy], 1);
    const load = {
      costs: costsOf(LOAD, 100),
      rate: 100,
      seconds: 10,
      cores: 2,
      arrivals: "even",
    } as const;
    const modelled = modelCorridor({
      ...load,
      others: crowded!.others,
      random: seededRandom(1),
    });
    expect(modelled.othersBusy).to.satisfy(near(1.4, 0.02));
    expect(crowded!.predicted.p50).to.be.above(alone!.predicted.p50);
  });

  it("divides what a fleet has by what a transfer needs, and names what runs out first", () => {
    const needs = needsOf(LOAD);
    const fleet = {
      name: "",
      cores: 2,
      relayers: 1,
      databaseCores: 0,
      databases: 1,
      chains: 1,
      blockSeconds: 1,
    };
    const one = limitsOf(needs, fleet);
    expect(one.get("CPU of the machine")).to.satisfy(near((0.7 * 2 * 1e6) / 6_750, 1e-9));
    expect(one.get("gas of a block")).to.satisfy(near(60_000_000 / 2_976, 1e-9));
    const ten = limitsOf(needs, { ...fleet, relayers: 4, databaseCores: 16 });
    expect(firstLimit(ten)).to.deep.equal({
      name: "relayers' threads",
      perSecond: (4 * 0.7 * 1e6) / 1_000,
    });
    const slow = limitsOf(needs, {
      ...fleet,
      relayers: 400,
      databaseCores: 1_600,
      blockSeconds: 12,
    });
    expect(firstLimit(slow).name).to.equal("gas of a block");
  });
});
