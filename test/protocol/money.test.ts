import { expect } from "chai";
import fc from "fast-check";
import { currencyCodes, currencyOf } from "../../protocol/currency.ts";
import type { ProtocolErrorCode } from "../../protocol/errors.ts";
import { formatAmount, minorUnits, parseAmount } from "../../protocol/money.ts";
import { expectProtocolError } from "./expect-protocol-error.ts";

const RUNS = { numRuns: 10_000 };
const currency = fc.constantFrom(...currencyCodes());

describe("parseAmount", () => {
  it("reads exactly the currency's decimals", () => {
    expect(parseAmount("1000.00", "HKD")).to.equal(100_000n);
    expect(parseAmount("0.01", "PHP")).to.equal(1n);
    expect(parseAmount("1000", "JPY")).to.equal(1_000n);
    expect(parseAmount("1.234", "KWD")).to.equal(1_234n);
    expect(parseAmount("0.0001", "CLF")).to.equal(1n);
    expect(parseAmount("999999999999999.99", "HKD")).to.equal(99_999_999_999_999_999n);
  });

  const refusals: readonly [unknown, string, ProtocolErrorCode][] = [
    [1000, "HKD", "amount-not-string"],
    [9007199254740993n, "HKD", "amount-not-string"],
    [null, "HKD", "amount-not-string"],
    [undefined, "HKD", "amount-not-string"],
    [["1.00"], "HKD", "amount-not-string"],
    [{ value: "1.00" }, "HKD", "amount-not-string"],
    ["", "HKD", "amount-format"],
    ["1e3", "HKD", "amount-format"],
    ["0x10", "HKD", "amount-format"],
    [" 12 ", "HKD", "amount-format"],
    ["12.00\n", "HKD", "amount-format"],
    ["012", "HKD", "amount-format"],
    ["00.10", "HKD", "amount-format"],
    ["١٢", "HKD", "amount-format"],
    ["１２.００", "HKD", "amount-format"],
    ["+5.00", "HKD", "amount-format"],
    ["1,000.00", "HKD", "amount-format"],
    ["1.", "HKD", "amount-format"],
    [".50", "HKD", "amount-format"],
    ["1.0.0", "HKD", "amount-format"],
    ["NaN", "HKD", "amount-format"],
    ["Infinity", "HKD", "amount-format"],
    ["-5", "HKD", "amount-range"],
    ["-5.00", "HKD", "amount-range"],
    ["-0.00", "HKD", "amount-range"],
    ["0", "HKD", "amount-range"],
    ["0.00", "HKD", "amount-range"],
    ["0.000", "HKD", "amount-range"],
    ["1".repeat(40), "HKD", "amount-range"],
    ["1000000000000000.00", "HKD", "amount-range"],
    ["1.005", "HKD", "amount-scale"],
    ["1.5", "HKD", "amount-scale"],
    ["1000", "HKD", "amount-scale"],
    ["1.5", "JPY", "amount-scale"],
    ["1.00", "JPY", "amount-scale"],
    ["1.00", "KWD", "amount-scale"],
    ["1.00", "hkd", "currency"],
    ["1.00", "DEM", "currency"],
  ];
  for (const [value, code, expected] of refusals) {
    const shown = typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`;
    it(`refuses ${shown.slice(0, 30)} as ${code}: ${expected}`, () => {
      const error = expectProtocolError(() => parseAmount(value, code), expected);
      expect(error.remedy).to.be.a("string");
    });
  }

  it("never accepts a text that it would not write itself", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^-?[0-9]{0,17}\.?[0-9]{0,5}$/),
      fc.double().map(String),
    );
    const property = fc.property(texts, currency, (text, code) => {
      let minor: ReturnType<typeof parseAmount>;
      try {
        minor = parseAmount(text, code);
      } catch {
        return;
      }
      expect(formatAmount(minor, code)).to.equal(text);
    });
    fc.assert(property, RUNS);
  });
});

describe("formatAmount", () => {
  it("always writes exactly the currency's decimals", () => {
    expect(formatAmount(minorUnits(0n), "HKD")).to.equal("0.00");
    expect(formatAmount(minorUnits(5n), "HKD")).to.equal("0.05");
    expect(formatAmount(minorUnits(100_000n), "HKD")).to.equal("1000.00");
    expect(formatAmount(minorUnits(7n), "KWD")).to.equal("0.007");
    expect(formatAmount(minorUnits(7n), "JPY")).to.equal("7");
  });

  it("writes sums in every currency that parseAmount reads back", () => {
    const property = fc.property(currency, fc.bigInt(1n, 10n ** 15n - 1n), (code, n) => {
      const text = formatAmount(minorUnits(n), code);
      expect(parseAmount(text, code)).to.equal(n);
      expect(text.split(".")[1]?.length ?? 0).to.equal(currencyOf(code).scale);
    });
    fc.assert(property, RUNS);
    for (const code of currencyCodes()) {
      expect(parseAmount(formatAmount(minorUnits(123_456n), code), code)).to.equal(123_456n);
    }
  });
});

describe("minorUnits", () => {
  it("takes what the contracts can hold and nothing else", () => {
    expect(minorUnits(0n)).to.equal(0n);
    expect(minorUnits(2n ** 96n - 1n)).to.equal(2n ** 96n - 1n);
    expectProtocolError(() => minorUnits(-1n), "amount-range");
    expectProtocolError(() => minorUnits(2n ** 96n), "amount-range");
  });
});
