import { expect } from "chai";
import {
  armFailpoints,
  failpoint,
  failpointHits,
} from "../../../server/foundation/process/failpoint.ts";

describe("failpoints", () => {
  afterEach(() => armFailpoints(""));

  it("do nothing unless they are armed", () => {
    expect(failpoint("C01")).to.equal(undefined);
    expect(failpointHits("C01")).to.equal(undefined);
  });

  it("act at the hit that was named, and at no other", async () => {
    armFailpoints("C04:throw:3,C05:sleep=1");
    await failpoint("C04");
    await failpoint("C04");
    const third = await Promise.resolve(failpoint("C04")).then(
      () => "passed",
      (error) => error.message,
    );
    expect(third).to.equal("failpoint C04");
    expect(failpoint("C04")).to.equal(undefined);
    expect(failpointHits("C04")).to.equal(4);
    await failpoint("C05");
    expect(failpoint("C06"), "another one").to.equal(undefined);
  });

  for (const text of ["C04", "C04:explode", "C4:kill", "C04:kill:0x1", "C04:sleep", "C04:kill,"]) {
    it(`refuse to be armed by "${text}": a test must not believe in a fault it never had`, () => {
      expect(() => armFailpoints(text)).to.throw(/is no failpoint/);
    });
  }
});
