import { expect } from "chai";
import { createBlockTime } from "../../../server/relayer/services/block-time.ts";

describe("the time between blocks", () => {
  function after(...seconds: readonly number[]): number {
    let ms = 0;
    const time = createBlockTime(() => ms);
    time.note();
    for (const each of seconds) {
      ms += each * 1_000;
      time.note();
    }
    return time.seconds();
  }

  it("is nil before there are two", () => {
    expect(createBlockTime().seconds()).to.equal(0);
    expect(after()).to.equal(0);
  });

  it("is what the chain needs, not what it waits for something to do", () => {
    expect(after(12, 12.5, 12)).to.equal(12);
    expect(after(600, 0.25, 30, 0.5)).to.equal(0.25);
  });

  it("is of the last few blocks", () => {
    expect(after(0.25, 12, 12, 12, 12)).to.equal(0.25);
    expect(after(0.25, 12, 12, 12, 12, 12)).to.equal(12);
  });
});
