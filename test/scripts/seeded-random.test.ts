import { expect } from "chai";
import { seededRandom } from "../../scripts/kill-start/seeded-random.ts";

const take = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe("seededRandom", () => {
  it("repeats a seed's numbers, and gives others to another seed", () => {
    expect(take(7, 50)).to.deep.equal(take(7, 50));
    expect(take(7, 50)).not.to.deep.equal(take(8, 50));
  });

  it("fills [0, 1) evenly", () => {
    const counts = new Map<number, number>();
    for (const number of take(1, 10_000)) {
      const tenth = Math.floor(number * 10);
      counts.set(tenth, (counts.get(tenth) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.min(...counts.values())).to.be.at.least(900);
  });
});
