import { expect } from "chai";
import fc from "fast-check";
import { seededRandom } from "../../../scripts/kill-start/seeded-random.ts";
import { createEngine } from "../../../scripts/scaling/engine.ts";
import { createHeap } from "../../../scripts/scaling/heap.ts";
import { type Queue, sojournProcessorSharing, waitMD1, waitMM1, waitMMc } from "./closed-forms.ts";
import { near } from "./near.ts";

const JOBS = 30_000;
/** Means of so many jobs still differ from theory by chance; a queue's jobs are alike, so by more than lone ones would. */
const TOLERANCE = 0.12;

type Shape = "exponential" | "alike";

interface Simulated {
  /** Means over all jobs. */
  readonly sojourn: number;
  readonly wait: number;
  readonly finished: number;
  readonly busyMs: number;
  readonly workMs: number;
}

/** Sends jobs through one station. `threads` are how many it serves at a time, `cores` what they share. */
function simulate(
  queue: Queue & { readonly shape: Shape; readonly threads: number; readonly cores: number },
  seed: number,
): Simulated {
  const random = seededRandom(seed);
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  const engine = createEngine();
  const station = engine.machine({ cores: queue.cores }).station("only", queue.threads);
  let sojourn = 0;
  let workMs = 0;
  let finished = 0;
  let at = 0;
  for (let job = 0; job < JOBS; job++) {
    at += exponential(1 / queue.arrivalRate);
    const came = at;
    const ms = queue.shape === "alike" ? queue.service : exponential(queue.service);
    workMs += ms;
    engine.after(at, () =>
      station.work(ms, () => {
        finished++;
        sojourn += engine.now() - came;
      }),
    );
  }
  engine.run();
  return {
    sojourn: sojourn / finished,
    wait: (sojourn - workMs) / finished,
    finished,
    busyMs: station.busyMs(),
    workMs,
  };
}

const expectTheory = (value: number, theory: number) =>
  expect(value / theory, `${value} for ${theory}`).to.satisfy(near(1, TOLERANCE));

/** Loads at which so many jobs are enough, and services of any length: what counts is their product. */
const loads = fc.record({
  load: fc.double({ min: 0.2, max: 0.75, noNaN: true }),
  service: fc.double({ min: 0.1, max: 50, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});
/** The same every time the tests run. */
const SETTINGS = { numRuns: 5, seed: 20_180_625 };
const ENOUGH = 1_000;

describe("the simulation's engine, against what queueing theory has in closed form", () => {
  it("one server, services by chance: M/M/1", () => {
    fc.assert(
      fc.property(loads, ({ load, service, seed }) => {
        const queue = { arrivalRate: load / service, service };
        const { wait, finished } = simulate(
          { ...queue, shape: "exponential", threads: 1, cores: ENOUGH },
          seed,
        );
        expect(finished).to.equal(JOBS);
        expectTheory(wait, waitMM1(queue));
      }),
      SETTINGS,
    );
  });

  it("one server, services alike: M/D/1", () => {
    fc.assert(
      fc.property(loads, ({ load, service, seed }) => {
        const queue = { arrivalRate: load / service, service };
        expectTheory(
          simulate({ ...queue, shape: "alike", threads: 1, cores: ENOUGH }, seed).wait,
          waitMD1(queue),
        );
      }),
      SETTINGS,
    );
  });

  it("several servers: M/M/c", () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 2, max: 6 }), ({ load, service, seed }, servers) => {
        const queue = { arrivalRate: ((0.5 + load / 2) * servers) / service, service };
        const { sojourn } = simulate(
          { ...queue, shape: "exponential", threads: servers, cores: ENOUGH },
          seed,
        );
        expectTheory(sojourn, waitMMc(queue, servers) + service);
      }),
      SETTINGS,
    );
  });

  it("threads that share one core: M/G/1 with processor sharing, alike for both shapes", () => {
    fc.assert(
      fc.property(
        loads,
        fc.constantFrom<Shape>("alike", "exponential"),
        ({ load, service, seed }, shape) => {
          const queue = { arrivalRate: load / service, service };
          const { sojourn, busyMs, workMs } = simulate(
            { ...queue, shape, threads: ENOUGH, cores: 1 },
            seed,
          );
          expectTheory(sojourn, sojournProcessorSharing(queue));
          expect(busyMs).to.satisfy(near(workMs, workMs * 1e-9));
        },
      ),
      SETTINGS,
    );
  });

  it("stations of one machine share its cores: two at work on half a core take four times as long", () => {
    const engine = createEngine();
    const machine = engine.machine({ cores: 0.5 });
    const ends: number[] = [];
    for (const name of ["a", "b"]) machine.station(name).work(10, () => ends.push(engine.now()));
    engine.run();
    expect(ends).to.deep.equal([40, 40]);
  });

  it("others get their even share: one thread beside three on two cores runs at half its pace", () => {
    const engine = createEngine();
    const station = engine.machine({ cores: 2, others: 3 }).station("only");
    station.work(10, () => undefined);
    engine.run();
    expect(engine.now()).to.equal(20);
  });

  it("stops at a time, with what is left undone", () => {
    const engine = createEngine();
    const station = engine.machine({ cores: 1 }).station("only");
    let done = 0;
    for (let job = 0; job < 10; job++) station.work(10, () => done++);
    engine.run(45);
    expect([done, engine.now()]).to.deep.equal([4, 40]);
  });
});

describe("the heap that orders the events", () => {
  it("gives back whatever it was given, smallest first, and of two alike the earlier one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (keys) => {
        const heap = createHeap<number>();
        for (const [turn, key] of keys.entries()) heap.push(key, turn);
        const turns = Array.from({ length: keys.length }, () => heap.pop());
        const sorted = keys.map((key, turn) => ({ key, turn }));
        sorted.sort((a, b) => a.key - b.key || a.turn - b.turn);
        expect(turns).to.deep.equal(sorted.map(({ turn }) => turn));
        expect([heap.size, heap.peekKey()]).to.deep.equal([0, Number.POSITIVE_INFINITY]);
      }),
    );
  });
});
