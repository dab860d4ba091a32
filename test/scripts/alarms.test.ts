import { readFileSync } from "node:fs";
import { expect } from "chai";
import { TRIALS } from "../../scripts/alarms/every-trial.ts";
import { alertsOf, hastenRules } from "../../scripts/alarms/hasten-rules.ts";

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

describe("npm run alarms", () => {
  const rules = read("operations/alerts.yml");
  const alerts = alertsOf(rules);

  it("has a trial of every alarm, and of no other", () => {
    expect(alerts).to.have.lengthOf.above(15);
    expect(TRIALS.map(({ alert }) => alert)).to.have.members(alerts);
  });

  it("follows the runbook's section of every alarm, and has seen each fire and end", () => {
    const [runbook, tried] = [read("runbook.md"), read("operations/alarms-tried.md")];
    for (const alert of alerts) {
      expect(runbook, alert).to.match(new RegExp(`^### ${alert}$`, "m"));
      expect(tried, alert).to.match(new RegExp(`^\\| ${alert} \\|.*\\d s \\|.*\\d s \\|`, "m"));
    }
  });

  it("makes the rules' times shorter, all by one factor, and leaves what they compare", () => {
    const hastened = hastenRules(rules, 20);
    expect(hastened.match(/for: \w+|\[\w+\]/g)).to.include.members([
      "for: 3s",
      "for: 45s",
      "[15s]",
    ]);
    const without = (text: string) => text.replaceAll(/for: \w+|\[\w+\]/g, "");
    expect(without(hastened)).to.equal(without(rules));
  });
});
