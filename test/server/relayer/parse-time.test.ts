import { expect } from "chai";
import { onceEach } from "../../../server/relayer/store/parse-time.ts";

describe("times of rows one after the other", () => {
  it("are parsed once where they are the same, and are nobody else's to change", () => {
    const parsed: string[] = [];
    const parse = onceEach((text) => {
      parsed.push(text);
      return text === "infinity" ? Number.POSITIVE_INFINITY : new Date(text);
    });
    const [first, second] = [parse("2026-11-29T00:00:00Z"), parse("2026-11-29T00:00:00Z")];
    (first as Date).setTime(0);
    expect(second).to.deep.equal(new Date("2026-11-29T00:00:00Z"));
    expect(parse("2026-11-30T00:00:00Z")).to.deep.equal(new Date("2026-11-30T00:00:00Z"));
    expect(parse("infinity"), "what is no time").to.equal(Number.POSITIVE_INFINITY);
    expect(parse("2026-11-30T00:00:00Z")).to.deep.equal(new Date("2026-11-30T00:00:00Z"));
    expect(parsed).to.deep.equal(["2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z", "infinity"]);
  });
});
