import { expect } from "chai";
import { readBusySeconds } from "../../../scripts/measure/read/machine.ts";
import { cpuOfAll, cpuOfServices, type ProcessUsage } from "../../../scripts/measure/read/usage.ts";

const MICROS = 1e6;

function work(cpuSeconds: number): number {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / MICROS;
    if (seconds > cpuSeconds) return seconds;
  }
}

describe("what the machine did while something was measured", () => {
  it("is at least what this process did meanwhile, whatever else ran", () => {
    const before = readBusySeconds();
    const own = work(0.3);
    // The system counts in hundredths of a second, for each core and kind.
    expect(readBusySeconds() - before).to.be.at.least(own - 0.1);
  });

  it("is others' but for every process of the corridor and the load generator", () => {
    const used = (cpuSeconds: number) => ({ cpuSeconds }) as ProcessUsage;
    const usage = { relayer: used(2), postgres: used(1), load: used(0.5) };
    expect(cpuOfAll(usage)).to.equal(3.5);
    expect(cpuOfServices(usage)).to.equal(3);
  });
});
