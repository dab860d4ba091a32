import { expect } from "chai";
import fc from "fast-check";
import { nextTryInMs } from "../../../server/relayer/services/webhook-schedule.ts";

const HOUR = 3_600_000;

describe("the pauses between a webhook's attempts", () => {
  it("add up to three days and more, whatever the jitter", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        let total = 0;
        let tries = 1;
        for (let pause = nextTryInMs(tries, random); pause; pause = nextTryInMs(++tries, random)) {
          total += pause;
        }
        expect(tries, "attempts").to.equal(10);
        expect(total).to.be.within(75.5 * 0.9 * HOUR, 75.6 * 1.1 * HOUR);
      }),
    );
  });

  it("grow, and never come together for what failed together", () => {
    const first = Array.from({ length: 9 }, (_, at) => nextTryInMs(at + 1, 0.5) ?? 0);
    expect(first).to.deep.equal([...first].sort((a, b) => a - b));
    expect(nextTryInMs(1, 0)).to.equal(4_500);
    expect(nextTryInMs(1, 1)).to.equal(5_500);
  });

  it("are as long as a receiver asks for, up to a day", () => {
    expect(nextTryInMs(1, 0.5, 120)).to.equal(120_000);
    expect(nextTryInMs(4, 0.5, 1)).to.equal(2 * HOUR);
    expect(nextTryInMs(1, 0.5, 10_000_000)).to.equal(24 * HOUR);
  });
});
