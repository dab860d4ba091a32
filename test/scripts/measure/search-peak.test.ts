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

  it("goes down from what held for a short time until one rate holds for the whole time", async () => {
    const tried: number[] = [];
    const held = await holdPeak(100, async (rate) => {
      tried.push(Math.round(rate));
      return rate < 90 ? rate : undefined;
    });
    expect(tried).to.deep.equal([100, 92, 85]);
    expect(Math.round((held ?? 0) * 100)).to.equal(8_464);
    expect(await holdPeak(100, async () => undefined)).to.equal(undefined);
  });
});
