import { readFileSync } from "node:fs";
import { expect } from "chai";
import { loadCorridors } from "../../../protocol/corridor.ts";
import { createEcbSeries } from "../../../server/bank/fx/ecb-series.ts";
import { priceCorridor } from "../../../server/bank/fx/price-corridor.ts";
import { ProblemError } from "../../../server/foundation/http/problem-error.ts";
import { ECB_FILE } from "./bank-fixture.ts";

const csv = readFileSync(ECB_FILE, "utf8");
const seriesOf = (asOf: string, maxAgeDays = 4) => createEcbSeries(csv, { asOf, maxAgeDays });
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
  return undefined;
};

describe("the ECB series", () => {
  it("crosses two currencies through the euro, and knows the euro itself", () => {
    const series = seriesOf("2018-06-25");
    const hkdPhp = series.midRate({ send: "HKD", receive: "PHP" });
    expect(hkdPhp.value.startsWith("6.81134952619540355")).to.equal(true);
    expect(series.midRate({ send: "EUR", receive: "JPY" }).value).to.equal("128.21");
    expect(series.midRate({ send: "JPY", receive: "EUR" }).value).to.match(/^0\.0077997/);
  });

  it("takes the newest day on or before the asked one", () => {
    const rate = seriesOf("2018-06-24").midRate({ send: "EUR", receive: "HKD" });
    expect(rate).to.deep.equal({ value: "9.1393", source: "ECB", date: "2018-06-22" });
  });

  it("takes rates of exactly the greatest age, and none a day older", () => {
    const pair = { send: "EUR", receive: "HKD" };
    expect(seriesOf("2018-06-24", 2).midRate(pair).date).to.equal("2018-06-22");
    expect(codeOf(() => seriesOf("2018-06-24", 1).midRate(pair))).to.equal("stale-rate");
  });

  it("refuses a rate that was not set that day, and currencies that it never had", () => {
    const series = seriesOf("2024-10-11");
    expect(codeOf(() => series.midRate({ send: "HKD", receive: "RUB" }))).to.equal("stale-rate");
    expect(codeOf(() => series.midRate({ send: "HKD", receive: "VND" }))).to.equal("currency");
    expect(codeOf(() => series.midRate({ send: "Date", receive: "HKD" }))).to.equal("currency");
    expect(codeOf(() => series.midRate({ send: "", receive: "HKD" }))).to.equal("currency");
  });

  it("refuses a file of another kind", () => {
    expect(() => createEcbSeries("<html>", { asOf: "2018-06-25", maxAgeDays: 4 })).to.throw(
      "Date column",
    );
  });

  it("prices every shipped corridor, below its mid rate by the margin", () => {
    const url = new URL("../../../config/corridors.json", import.meta.url);
    const corridors = loadCorridors(JSON.parse(readFileSync(url, "utf8")));
    const rates = [...corridors.values()].map((corridor) => {
      const price = priceCorridor(seriesOf("2018-06-25"), corridor);
      expect(price.rate < price.midRate).to.equal(true);
      return `${corridor.sendCurrency}-${corridor.receiveCurrency} ${price.rateMajor}`;
    });
    expect(rates).to.deep.equal([
      "HKD-PHP 6.7841041279",
      "EUR-JPY 127.761265",
      "CNY-THB 5.0203309227",
      "JPY-KRW 10.129741828",
    ]);
  });
});
