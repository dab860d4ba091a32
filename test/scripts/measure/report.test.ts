import { expect } from "chai";
import { metricIn } from "../../../scripts/measure/read/counters.ts";
import { compareReports } from "../../../scripts/measure/report/compare.ts";
import type { Measured, Report } from "../../../scripts/measure/report/measured.ts";
import { summarise } from "../../../scripts/measure/report/percentiles.ts";
import { compareWithTargets } from "../../../scripts/measure/report/targets.ts";

const measured = (changes: Partial<Measured>): Measured => ({
  name: "idle, single",
  path: "single",
  blockTimeMs: 0,
  transfers: 100,
  perSecond: 10,
  errors: {},
  ...changes,
});

describe("what a measurement says", () => {
  it("takes percentiles by the nearest rank, of samples in any order", () => {
    const samples = Array.from({ length: 200 }, (_, index) => (index * 7) % 200).map((n) => n + 1);
    const { p50, p95, p99, max, count } = summarise(samples);
    expect({ p50, p95, p99, max, count }).to.deep.equal({
      p50: 100,
      p95: 190,
      p99: 198,
      max: 200,
      count: 200,
    });
    expect(summarise([5]).p99).to.equal(5);
    expect(summarise([]).p99).to.be.NaN;
  });

  it("counts every sample among the shares, the slowest too", () => {
    const { within1s, within3s, within60s } = summarise([10, 1_000, 2_999, 61_000]);
    expect([within1s, within3s, within60s]).to.deep.equal([0.5, 0.75, 0.75]);
  });

  it("finds a metric by its whole name and labels", () => {
    const text = 'a_total 3\na_total_more 9\nb_total{x="1"} 4\nb_total{x="12"} 5';
    expect(metricIn(text, "a_total")).to.equal(3);
    expect(metricIn(text, "b_total", '{x="12"}')).to.equal(5);
    expect(metricIn(text, "c_total")).to.equal(0);
  });

  it("compares two reports load by load: the second over the first", () => {
    const report = (perSecond: number) =>
      ({
        run: "idle",
        at: "2026-01-01",
        commit: "abc",
        measured: [measured({ perSecond }), measured({ name: `alone ${perSecond}` })],
      }) as unknown as Report;
    const text = compareReports(report(10), report(15));
    expect(text).to.match(/idle, single\s+single\s+per second\s+10\s+15\s+1\.500/);
    expect(text).not.to.include("alone");
  });

  it("says of each target whether it is met, missed, or without a figure", () => {
    const times = summarise([10, 12, 14]);
    const targets = compareWithTargets([
      measured({ name: "idle: idle, single", latencies: times }),
      measured({
        name: "naive: blocks at once",
        path: "naive: one by one",
        latencies: summarise([11]),
        perSecond: 50,
      }),
      measured({ name: "peak: peak, single", perSecond: 760 }),
      measured({ name: "peak: peak, batch", path: "batch", perSecond: 4_900 }),
    ]);
    const met = (part: string) => targets.find(({ figure }) => figure.includes(part))?.met;
    expect(met("idle p50, single")).to.equal(true);
    expect(met("idle p50, single, over naive"), "12 ms against 11 ms").to.equal(false);
    expect(met("peak, single, over naive"), "15.2 times").to.equal(true);
    expect(met("peak, batch")).to.equal(false);
    expect(met("10^6 stored")).to.equal(undefined);
  });
});
