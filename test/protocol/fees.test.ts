import { expect } from "chai";
import fc from "fast-check";
import { currencyOf } from "../../protocol/currency.ts";
import { feeScheduleSchema, feesFor, totalFees } from "../../protocol/fees.ts";
import { minorUnits } from "../../protocol/money.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const HKD = currencyOf("HKD").code;
const schedule = feeScheduleSchema.parse([
  { type: "transfer-fee", bps: 50, minimumMinor: "500", maximumMinor: "2000" },
  { type: "pay-out-fee", flatMinor: "300" },
]);

function feeOf(rule: object, send: bigint): bigint | undefined {
  const [fee] = feesFor({
    schedule: feeScheduleSchema.parse([{ type: "fee", ...rule }]),
    send: minorUnits(send),
    currency: HKD,
  });
  return fee?.minor;
}

describe("feesFor", () => {
  it("names every fee, waived ones too", () => {
    const waived = feeScheduleSchema.parse([...schedule, { type: "opening-offer" }]);
    const fees = feesFor({ schedule: waived, send: minorUnits(200_000n), currency: HKD });
    expect(fees).to.deep.equal([
      { type: "transfer-fee", minor: 1_000n, currency: "HKD" },
      { type: "pay-out-fee", minor: 300n, currency: "HKD" },
      { type: "opening-offer", minor: 0n, currency: "HKD" },
    ]);
    expect(totalFees(fees)).to.equal(1_300n);
  });

  it("rounds the share once, half up", () => {
    expect(feeOf({ bps: 50 }, 99n)).to.equal(0n);
    expect(feeOf({ bps: 50 }, 100n)).to.equal(1n);
    expect(feeOf({ bps: 1 }, 4_999n)).to.equal(0n);
    expect(feeOf({ bps: 1 }, 5_000n)).to.equal(1n);
    expect(feeOf({ bps: 1 }, 14_999n)).to.equal(1n);
    expect(feeOf({ bps: 10_000 }, 77n)).to.equal(77n);
  });

  it("holds flat sum and share together between the bounds", () => {
    const rule = { flatMinor: "100", bps: 100, minimumMinor: "150", maximumMinor: "400" };
    expect(feeOf(rule, 1_000n)).to.equal(150n);
    expect(feeOf(rule, 10_000n)).to.equal(200n);
    expect(feeOf(rule, 1_000_000n)).to.equal(400n);
  });

  it("never charges less for more", () => {
    const sums = fc.tuple(fc.bigInt(1n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n));
    const property = fc.property(sums, ([send, more]) => {
      const total = (n: bigint) =>
        totalFees(feesFor({ schedule, send: minorUnits(n), currency: HKD }));
      expect(total(send) <= total(send + more)).to.equal(true);
    });
    fc.assert(property);
  });
});

describe("totalFees", () => {
  it("is zero for a free transfer", () => {
    expect(totalFees([])).to.equal(0n);
  });

  it("refuses to add two currencies", () => {
    const fees = [
      { type: "a", minor: minorUnits(1n), currency: HKD },
      { type: "b", minor: minorUnits(1n), currency: currencyOf("JPY").code },
    ];
    expectProtocolError(() => totalFees(fees), "fee");
  });
});

describe("feeScheduleSchema", () => {
  it("refuses numbers as sums, bounds in the wrong order, unknown keys and a name twice", () => {
    const refused: unknown[] = [
      [{ type: "fee", flatMinor: 100 }],
      [{ type: "fee", flatMinor: "1.5" }],
      [{ type: "fee", minimumMinor: "2", maximumMinor: "1" }],
      [{ type: "fee", percent: 1 }],
      [{ type: "Fee" }],
      [{ type: "fee", bps: 10_001 }],
      [{ type: "fee" }, { type: "fee" }],
    ];
    for (const rules of refused) expect(feeScheduleSchema.safeParse(rules).success).to.equal(false);
  });
});
