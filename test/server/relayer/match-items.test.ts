import { expect } from "chai";
import { createItemMatcher } from "../../../server/relayer/services/match-items.ts";

describe("matching two streams of booked items", () => {
  const itemsOf = (first: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      key: `batch ${first + at} credit`,
      currency: "PHP",
      amountMinor: 100n,
    }));

  it("tells a repetition from a first however much has matched since, up to 20,000 pairs", () => {
    const matcher = createItemMatcher();
    const [first] = itemsOf(0, 1);
    if (!first) throw new Error("there is one");
    const others = itemsOf(1, 19_999);
    for (const side of ["left", "right"] as const) matcher.add(side, [first, ...others], 0);
    const [repeated] = matcher.add("right", [first], 1);
    expect(repeated?.kind).to.equal("missing-left");
    expect(repeated?.key).to.include("repeated");
    expect(matcher.overdue(Number.POSITIVE_INFINITY)).to.deep.equal([]);
  });

  it("keeps no more of what has matched than the last 40,000 pairs", () => {
    const matcher = createItemMatcher();
    const all = itemsOf(0, 40_001);
    for (const side of ["left", "right"] as const)
      expect(matcher.add(side, all, 0)).to.have.length(0);
    expect(
      matcher.add("right", all.slice(0, 1), 1),
      "forgotten: it waits as a first",
    ).to.have.length(0);
    expect(matcher.overdue(Number.POSITIVE_INFINITY)).to.have.length(1);
  });
});
