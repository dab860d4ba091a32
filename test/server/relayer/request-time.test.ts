import { expect } from "chai";
import { assertInTime } from "../../../server/relayer/http/verify-request.ts";

const CREATED = 1_700_000_000;

/** What is said of a signature that is good for so long, when it is looked at so many seconds after it was made. */
function saidOf(secondsAfter: number, goodFor = 300): string {
  try {
    assertInTime({ created: CREATED, expires: CREATED + goodFor }, CREATED + secondsAfter);
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the time of a request's signature", () => {
  it("may be 300 seconds to either side, and not one more", () => {
    for (const seconds of [-300, 0, 300]) expect(saidOf(seconds), `${seconds} s`).to.equal("good");
    for (const seconds of [-301, 301]) {
      expect(saidOf(seconds), `${seconds} s`).to.equal("signature-expired");
    }
  });

  it("ends when the signature says", () => {
    expect(saidOf(60, 60)).to.equal("good");
    expect(saidOf(61, 60)).to.equal("signature-expired");
  });

  it("may not be said to last longer, or to end before it begins", () => {
    expect(saidOf(0, 301)).to.equal("signature-invalid");
    expect(saidOf(0, -1)).to.equal("signature-invalid");
  });
});
