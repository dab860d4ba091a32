import { expect } from "chai";
import fc from "fast-check";
import { type MinorUnits, minorUnits } from "../../protocol/money.ts";
import {
  applyMargin,
  crossRate,
  majorRateOf,
  obeysQuote,
  RATE_UNIT,
  rateFromMajor,
  rateOf,
  receiveFor,
  sendFor,
} from "../../protocol/rate.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const RUNS = { numRuns: 10_000 };
const cents = { sendScale: 2, receiveScale: 2 };
const sum = fc.bigInt(1n, 10n ** 18n).map(minorUnits);
const rate = fc.bigInt(1n, 2n ** 64n - 1n).map(rateOf);
const scale = fc.constantFrom(0, 2, 3);

/** A rate as BaseOneRate can state it: at most 11 digits, at most 10 of them decimals. */
const baseOneRate = fc
  .record({ digits: fc.bigInt(1n, 10n ** 11n - 1n), decimals: fc.integer({ min: 0, max: 10 }) })
  .map(({ digits, decimals }) => {
    const padded = digits.toString().padStart(decimals + 1, "0");
    const whole = padded.slice(0, padded.length - decimals);
    const fraction = padded.slice(padded.length - decimals).replace(/0+$/, "");
    return fraction === "" ? whole : `${whole}.${fraction}`;
  });

describe("rateFromMajor", () => {
  it("rounds down to BaseOneRate, then scales by the minor units", () => {
    const major = "6.8113495261954035";
    expect(rateFromMajor({ major, ...cents })).to.equal(6_811_349_526_100n);
    expect(rateFromMajor({ major: "165.12345678999", sendScale: 2, receiveScale: 0 })).to.equal(
      1_651_234_567_800n,
    );
    expect(rateFromMajor({ major: "0.12345678919", sendScale: 0, receiveScale: 2 })).to.equal(
      12_345_678_910_000n,
    );
  });

  it("states the same rate back for everything that BaseOneRate can state", () => {
    const property = fc.property(baseOneRate, scale, scale, (major, sendScale, receiveScale) => {
      const scales = { sendScale, receiveScale };
      let made: ReturnType<typeof rateFromMajor>;
      try {
        made = rateFromMajor({ major, ...scales });
      } catch (error) {
        expect(error).to.have.property("code", "rate");
        return fc.pre(false);
      }
      expect(majorRateOf(made, scales)).to.equal(major);
    });
    fc.assert(property, RUNS);
  });

  it("never rounds up", () => {
    const fine = fc.tuple(fc.bigInt(1n, 10_000n), fc.stringMatching(/^[0-9]{1,40}$/));
    const property = fc.property(fine, ([whole, decimals]) => {
      const made = rateFromMajor({ major: `${whole}.${decimals}`, ...cents });
      const exact = BigInt(`${whole}${decimals.padEnd(40, "0")}`);
      const asStated = made * 10n ** 28n;
      expect(asStated <= exact).to.equal(true);
      // 11 digits are kept, so what is cut is below one in the eleventh.
      expect((exact - asStated) * 10n ** 10n < exact).to.equal(true);
    });
    fc.assert(property, RUNS);
  });

  it("refuses zero, what becomes zero, what is too large or too fine, and what is no number", () => {
    const refused = ["0", "0.00000000001", "123456789012", "-1", "1e3", "", "1.", "NaN", " 1"];
    for (const major of refused) {
      expectProtocolError(() => rateFromMajor({ major, ...cents }), "rate");
    }
    expectProtocolError(() => rateFromMajor({ major: "18446745", ...cents }), "rate");
    expect(rateFromMajor({ major: "18446744", ...cents })).to.equal(18_446_744n * RATE_UNIT);
    const fine = { major: "0.1234567891", sendScale: 3, receiveScale: 0 };
    expectProtocolError(() => rateFromMajor(fine), "rate");
  });
});

describe("rateOf", () => {
  it("takes a non-zero uint64", () => {
    expect(rateOf(1n)).to.equal(1n);
    expectProtocolError(() => rateOf(0n), "rate");
    expectProtocolError(() => rateOf(2n ** 64n), "rate");
  });
});

describe("receiveFor and sendFor", () => {
  it("round a fixed send down and a fixed receive up", () => {
    const quoted = rateFromMajor({ major: "6.8113495261", ...cents });
    expect(receiveFor({ send: minorUnits(100_000n), rate: quoted })).to.equal(681_134n);
    expect(sendFor({ receive: minorUnits(1_000_000n), rate: quoted })).to.equal(146_814n);
  });

  it("always obey the quote, at every rate and sum", () => {
    const property = fc.property(sum, rate, (given, quoted) => {
      fc.pre((given * quoted) / RATE_UNIT > 0n && (given * quoted) / RATE_UNIT < 2n ** 96n);
      fc.pre((given * RATE_UNIT) / quoted < 2n ** 96n - 1n);
      const receive = receiveFor({ send: given, rate: quoted });
      expect(obeysQuote({ send: given, receive, rate: quoted })).to.equal(true);
      const send = sendFor({ receive: given, rate: quoted });
      expect(obeysQuote({ send, receive: given, rate: quoted })).to.equal(true);
    });
    fc.assert(property, RUNS);
  });

  it("never ask a fixed receive for one unit more than needed", () => {
    const property = fc.property(sum, rate, (receive, quoted) => {
      fc.pre((receive * RATE_UNIT) / quoted < 2n ** 96n - 1n);
      const send = sendFor({ receive, rate: quoted });
      expect((send - 1n) * quoted < receive * RATE_UNIT).to.equal(true);
    });
    fc.assert(property, RUNS);
  });

  it("refuse a sum that would become nothing", () => {
    const small = rateOf(RATE_UNIT / 10n);
    expectProtocolError(() => receiveFor({ send: minorUnits(9n), rate: small }), "amount-range");
    expectProtocolError(() => sendFor({ receive: minorUnits(0n), rate: small }), "amount-range");
  });
});

describe("obeysQuote", () => {
  const minor = (n: bigint) => minorUnits(n) as MinorUnits;
  it("refuses one unit more than quoted and one unit less than rounding explains", () => {
    for (const quoted of [rateOf(6_811_349_526_100n), rateOf(146_813_777_000n)]) {
      const send = minor(100_000n);
      const receive = receiveFor({ send, rate: quoted });
      expect(obeysQuote({ send, receive, rate: quoted })).to.equal(true);
      expect(obeysQuote({ send, receive: minor(receive + 1n), rate: quoted })).to.equal(false);
      const spread = quoted > RATE_UNIT ? quoted / RATE_UNIT : 1n;
      const tooLittle = minor(receive - spread - 1n);
      expect(obeysQuote({ send, receive: tooLittle, rate: quoted })).to.equal(false);
    }
  });

  it("refuses zero on either side", () => {
    const one = rateOf(1n);
    expect(obeysQuote({ send: minor(0n), receive: minor(0n), rate: one })).to.equal(false);
    expect(obeysQuote({ send: minor(1n), receive: minor(0n), rate: one })).to.equal(false);
    expect(obeysQuote({ send: minor(0n), receive: minor(1n), rate: one })).to.equal(false);
  });
});

describe("crossRate and applyMargin", () => {
  it("make HKD/PHP of 25 June 2018 out of the two euro rates", () => {
    const mid = crossRate({ send: "9.181", receive: "62.535" });
    expect(mid.startsWith("6.81134952619540355")).to.equal(true);
    const major = applyMargin({ mid, marginBps: 40 });
    expect(major.startsWith("6.7841041280")).to.equal(true);
  });

  it("take the margin exactly", () => {
    expect(applyMargin({ mid: "10", marginBps: 40 })).to.equal("9.96");
    expect(applyMargin({ mid: "6.5", marginBps: 0 })).to.equal("6.5");
    // 20 decimals hold a BaseOneRate's ten and the four of a basis point.
    const units = (text: string) => {
      const [whole = "", decimals = ""] = text.split(".");
      return BigInt(whole + decimals.padEnd(20, "0"));
    };
    const property = fc.property(baseOneRate, fc.integer({ min: 0, max: 9_999 }), (mid, bps) => {
      const less = applyMargin({ mid, marginBps: bps });
      expect(units(less) * 10_000n).to.equal(units(mid) * BigInt(10_000 - bps));
    });
    fc.assert(property, RUNS);
  });

  it("refuse a margin that is no whole number of basis points below the whole", () => {
    for (const marginBps of [-1, 0.5, 10_000, Number.NaN]) {
      expectProtocolError(() => applyMargin({ mid: "1", marginBps }), "rate");
    }
    expectProtocolError(() => crossRate({ send: "0", receive: "1" }), "rate");
    expectProtocolError(() => crossRate({ send: "N/A", receive: "1" }), "rate");
  });
});
