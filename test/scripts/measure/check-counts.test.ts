import { expect } from "chai";
import type { Transfer } from "../../../protocol/wire/relayer.ts";
import { type Credit, checkCounts } from "../../../scripts/measure/read/check-counts.ts";

const transfer = (uetr: string, state = "settled") =>
  ({
    uetr,
    state,
    sendAmount: { value: "100.00", currency: "HKD" },
    receiveAmount: { value: "733.66", currency: "PHP" },
  }) as Transfer;
const credit = (uetr: string, changes: Partial<Credit> = {}): Credit => ({
  uetr,
  status: "ACCC",
  amountMinor: "73366",
  ...changes,
});

describe("a run's counts", () => {
  const accepted = ["a", "b"];
  const transfers = new Map(["a", "b"].map((uetr) => [uetr, transfer(uetr)]));
  const check = (credits: readonly Credit[], changes = {}) =>
    checkCounts({ accepted, transfers, credits, ...changes });

  it("agree when each accepted transfer is credited once and the sums are the same", () => {
    expect(check([credit("a"), credit("b")])).to.deep.equal({
      sentMinor: "20000",
      receivedMinor: "146732",
    });
  });

  it("void the run when one is missing, rejected, doubled, a cent off, unknown or forgotten", () => {
    const void_ = (credits: readonly Credit[], changes = {}) =>
      expect(() => check(credits, changes)).to.throw(/^void: /);
    void_([credit("a")]);
    void_([credit("a"), credit("b", { status: "RJCT" })]);
    void_([credit("a"), credit("b"), credit("b")]);
    void_([credit("a"), credit("b", { amountMinor: "73367" })]);
    void_([credit("a"), credit("b"), credit("c")]);
    void_([credit("a"), credit("b")], { transfers: new Map([["a", transfer("a")]]) });
  });

  it("agree when one was released in time and never credited, and void the run when it was credited all the same", () => {
    const released = new Map(transfers).set("b", transfer("b", "expired"));
    const sums = check([credit("a")], { transfers: released });
    expect(sums).to.deep.equal({ sentMinor: "10000", receivedMinor: "73366" });
    const both = [credit("a"), credit("b")];
    expect(() => check(both, { transfers: released })).to.throw(/^void: /);
  });

  it("take a hundred thousand transfers in a moment", () => {
    const uetrs = Array.from({ length: 100_000 }, (_, index) => `uetr ${index}`);
    const sums = checkCounts({
      accepted: uetrs,
      transfers: new Map(uetrs.map((uetr) => [uetr, transfer(uetr)])),
      credits: uetrs.map((uetr) => credit(uetr)),
    });
    expect(sums.receivedMinor).to.equal("7336600000");
  }).timeout(20_000);
});
