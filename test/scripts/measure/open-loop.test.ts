import { expect } from "chai";
import { type Clock, dueTimes, runOpenLoop } from "../../../scripts/measure/load/open-loop.ts";

/** A clock whose time passes only while everybody sleeps. */
function createClock(): Clock {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const turn = () => {
    const next = sleepers.sort((a, b) => a.at - b.at).shift();
    if (!next) return;
    now = Math.max(now, next.at);
    next.wake();
    setImmediate(turn);
  };
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        if (sleepers.length === 0) setImmediate(turn);
        sleepers.push({ at: now + Math.max(0, ms), wake });
      }),
  };
}

describe("an open loop", () => {
  it("makes orders due evenly, each for all of its transfers", () => {
    expect(dueTimes({ rate: 4, durationMs: 1_000, size: 1 })).to.deep.equal([0, 250, 500, 750]);
    expect(dueTimes({ rate: 1_000, durationMs: 2_000, size: 500 })).to.deep.equal([
      0, 500, 1_000, 1_500,
    ]);
    expect(dueTimes({ rate: 1, durationMs: 10, size: 500 }), "at least one").to.deep.equal([0]);
  });

  it("sends each order at its time although the answers take longer than the time between them", async () => {
    const clock = createClock();
    const sent: number[] = [];
    const latencies: number[] = [];
    await runOpenLoop({
      due: [0, 100, 200, 300],
      leadMs: 50,
      clock,
      prepare: async (index) => index,
      async send(_, dueAt) {
        sent.push(clock.now());
        await clock.sleep(1_000);
        latencies.push(clock.now() - dueAt);
      },
      failed: () => undefined,
    });
    expect(sent).to.deep.equal([50, 150, 250, 350]);
    expect(latencies).to.deep.equal([1_000, 1_000, 1_000, 1_000]);
  });

  it("counts what an order waits for its own preparation", async () => {
    const clock = createClock();
    const latencies: number[] = [];
    await runOpenLoop({
      due: [0],
      leadMs: 50,
      clock,
      prepare: () => clock.sleep(350),
      async send(_, dueAt) {
        latencies.push(clock.now() - dueAt);
      },
      failed: () => undefined,
    });
    expect(latencies).to.deep.equal([300]);
  });

  it("goes on when one order cannot be prepared, and tells of it", async () => {
    const clock = createClock();
    const sent: number[] = [];
    const failures: unknown[] = [];
    await runOpenLoop({
      due: [0, 10, 20],
      leadMs: 5,
      clock,
      prepare: (index) => (index === 1 ? Promise.reject("refused") : Promise.resolve(index)),
      async send(order) {
        sent.push(order);
      },
      failed: (error) => failures.push(error),
    });
    expect(sent).to.deep.equal([0, 2]);
    expect(failures).to.deep.equal(["refused"]);
  });
});
