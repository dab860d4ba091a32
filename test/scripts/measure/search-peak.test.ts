import { expect } from "chai";
import fc from "fast-check";
import { holdPeak, searchPeak } from "../../../scripts/measure/load/search-peak.ts";

describe("the search for the highest rate", () => {
  it("comes within its precision below what a system holds, wherever it begins", async () => {
    const peaks = fc.double({ min: 2, max: 10_000, noNaN: true });
    const starts = fc.double({ min: 1, max: 20_000, noNaN: true });
    await fc.assert(
      fc.asyncProperty(peaks, starts, async (peak, start) => {
        const search = { start, growth: 1.5, precision: 1.08 };
        const found = await searchPeak(search, async (rate) => rate <= peak);
        expect(found).to.be.at.most(peak);
        expect(found * 1.08).to.be.at.least(peak);
      }),
    );
  });

  it("tells of a system that holds nothing, and ends", async () => {
    let tries = 0;
    const found = await searchPeak({ start: 500, growth: 1.5, precision: 1.1 }, async () => {
      tries++;
      return false;
    });
    expect(found).to.equal(0);
    expect(tries).to.be.below(40);
  });

  it("goes down from what held for a short time, to what an overload got done, and halves what lies between", async () => {
    const heldBelow = async (most: number, done: number) => {
      const tried: number[] = [];
      const held = await holdPeak(100, async (rate) => {
        tried.push(Math.round(rate));
        return rate < most ? { held: rate, perSecond: rate } : { perSecond: done };
      });
      return { tried, held: Math.round(held ?? 0) };
    };
    expect(await heldBelow(101, 99), "at once").to.deep.equal({ tried: [100], held: 100 });
    expect(await heldBelow(90, 99)).to.deep.equal({ tried: [100, 92, 85], held: 85 });
    expect(await heldBelow(60, 30), "from what a collapse got done").to.deep.equal({
      tried: [100, 30, 65, 48, 56, 61],
      held: 56,
    });
    expect((await heldBelow(0, 90)).held, "nothing is held").to.equal(0);
  });
});
