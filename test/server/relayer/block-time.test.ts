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

  it("is the usual one, whatever single blocks take", () => {
    expect(after(12, 12, 12)).to.equal(12);
    expect(after(12, 12, 60, 12, 0)).to.equal(12);
  });

  it("is soon that of a busy chain after an idle hour", () => {
    expect(after(600, 600, 600, 600, 600)).to.equal(600);
    expect(after(600, 600, 600, 600, 600, 0.1, 0.1, 0.1)).to.equal(0.1);
  });
});
