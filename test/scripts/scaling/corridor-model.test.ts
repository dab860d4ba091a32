import { expect } from "chai";
import fc from "fast-check";
import { seededRandom } from "../../../scripts/kill-start/seeded-random.ts";
import { summarise } from "../../../scripts/measure/report/percentiles.ts";
import { modelCorridor } from "../../../scripts/scaling/corridor-model.ts";
import type { Costs, Part } from "../../../scripts/scaling/costs.ts";
import { predict } from "../../../scripts/scaling/predict.ts";
import { SHARES } from "../../../scripts/scaling/visits.ts";
import { near } from "./near.ts";

const PARTS = Object.keys(SHARES) as Part[];
/** Every part costs so many milliseconds of its thread, and as much beside it as asked. */
function costs(thread: number, changes: Partial<Costs> = {}, beside = 0): Costs {
  const each = { thread, beside };
  return {
    parts: {
      relayer: each,
      postgres: each,
      chain: each,
      payee: each,
      payer: each,
      bank: each,
      load: each,
    },
    size: 1,
    gas: 100_000,
    blockTimeMs: 0,
    relayers: 1,
    ...changes,
  };
}

const run = (options: Partial<Parameters<typeof modelCorridor>[0]> & { readonly costs: Costs }) =>
  modelCorridor({
    rate: 10,
    seconds: 60,
    cores: 2,
    arrivals: "even",
    random: seededRandom(1),
    ...options,
  });

const mean = (samples: readonly number[]) => samples.reduce((a, b) => a + b, 0) / samples.length;

describe("the model of a corridor as a network of queues", () => {
  it("spreads the whole of each part's cost over an order's steps, and no more", () => {
    for (const [part, shares] of Object.entries(SHARES)) {
      const sum = Object.values(shares).reduce((a, b) => a + b, 0);
      expect(sum, part).to.satisfy(near(1, 1e-9));
    }
  });

  it("repeats itself from the same seed, and from no other", () => {
    const options = {
      costs: costs(3),
      rate: 40,
      seconds: 20,
      cores: 2,
      arrivals: "poisson",
    } as const;
    expect(predict({ ...options, seed: 3 })).to.deep.equal(predict({ ...options, seed: 3 }));
    expect(predict({ ...options, seed: 4 }).p50).not.to.equal(predict({ ...options, seed: 3 }).p50);
  });

  it("without a queue an order takes what its own steps take, and a commit's wait for each that stores", () => {
    const { samples, unfinished } = run({ costs: costs(10), rate: 1, seconds: 4_000, cores: 100 });
    expect(unfinished).to.equal(0);
    const own = (part: Part, steps: readonly (keyof (typeof SHARES)[Part])[]) =>
      steps.reduce((sum, step) => sum + 10 * (SHARES[part][step] ?? 0), 0);
    const steps = ["order", "reserve", "reserved", "credit", "outcome"] as const;
    const path =
      own("relayer", steps) +
      own("postgres", steps) +
      own("chain", ["reserve"]) +
      own("payee", ["credit"]) +
      own("load", ["order", "outcome"]) +
      5 * 0.35;
    expect(mean(samples) / path).to.satisfy(near(1, 0.05));
  });

  it("with blocks an interval apart and nothing that costs, confirmation is anything up to an interval alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 3_000 }), (blockTimeMs) => {
        const { samples } = run({
          costs: costs(0, { blockTimeMs }),
          arrivals: "poisson",
          rate: 20,
          seconds: 400,
          random: seededRandom(blockTimeMs),
        });
        const { p50, p99, max } = summarise(samples);
        expect(p50 / blockTimeMs).to.satisfy(near(0.5, 0.06));
        expect(p99 / blockTimeMs).to.satisfy(near(0.99, 0.03));
        expect(max).to.be.below(blockTimeMs + 5);
      }),
      { numRuns: 4, seed: 7 },
    );
  });

  it("keeps each thread busy for rate times cost, whatever is queued: the utilisation law", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 60 }),
        fc.double({ min: 0.5, max: 8, noNaN: true }),
        (rate, cost) => {
          const { busy, unfinished } = run({ costs: costs(cost), rate, seconds: 150, cores: 16 });
          expect(unfinished).to.equal(0);
          // The database has ten threads for the relayer's connections.
          for (const part of PARTS.filter((each) => each !== "postgres")) {
            expect((busy.get(part) ?? 0) / ((rate * cost) / 1_000), part).to.satisfy(near(1, 0.08));
          }
        },
      ),
      { numRuns: 4, seed: 11 },
    );
  });

  it("holds what the cores have room for and nothing beyond, however the cost is split among threads", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 6, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 2 }),
        (thread, beside, cores) => {
          const most = (cores * 1_000) / (PARTS.length * (thread + beside));
          const at = (share: number) =>
            predict({
              costs: costs(thread, {}, beside),
              rate: share * most,
              seconds: 20,
              cores,
              arrivals: "even",
              seed: 5,
            });
          expect(at(0.6).held, "at 60 %").to.equal(true);
          expect(at(1.5).held, "at 150 %").to.equal(false);
        },
      ),
      { numRuns: 4, seed: 13 },
    );
  });

  it("takes no more into a block than its gas: the rest waits for the next ones", () => {
    const half = {
      parts: costs(0).parts,
      size: 1,
      gas: 50_000_000,
      blockTimeMs: 1_000,
      relayers: 1,
    };
    const held = run({ costs: half, rate: 1, seconds: 60, cores: 16 });
    const beyond = run({ costs: half, rate: 2, seconds: 60, cores: 16 });
    expect(summarise(held.samples).p99).to.be.below(2_100);
    expect(summarise(beyond.samples).max).to.be.above(20_000);
  });
});
