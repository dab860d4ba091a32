import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { urlOf } from "../../server/local/plan.ts";
import type { TestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";
import { sharedCorridor } from "./shared-corridor.ts";

const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
const read = (name: string) => readFileSync(docs(name), "utf8");
const NAMES = /\b(?:corridor|nodejs|process)_[a-z0-9_]+\b/g;
/** What Prometheus makes out of a histogram or a summary. */
const SERIES = /_(?:bucket|sum|count)$/;

const unchecked: string[] = [];
after("say what was not checked", () => {
  if (unchecked.length === 0) return;
  console.log(
    `\nNOT CHECKED BY PROMTOOL, which is not on this machine (apt-get install prometheus): ${unchecked.join(", ")}\n`,
  );
});

/** Lets promtool judge, where there is one: its complaints, or nothing. */
function complaintsOfPromtool(what: string, args: readonly string[], input?: string): string {
  const { error, status, stdout, stderr } = spawnSync("promtool", args, {
    ...(input !== undefined && { input }),
    encoding: "utf8",
  });
  if (error && (error as NodeJS.ErrnoException).code === "ENOENT") {
    unchecked.push(what);
    return "";
  }
  return status === 0 ? "" : `${stdout}${stderr}`;
}

describe("the relayer's metrics", () => {
  let text: string;
  let types: ReadonlyMap<string, string>;
  let test: TestCorridor;
  before(async () => {
    test = await sharedCorridor();
    await pay(test, await newPair(test));
    const { plan } = test.corridor;
    const operations = urlOf(plan, { port: plan.ports.operations });
    await fetch(`${test.corridor.relayerUrl}/v1/nowhere-that-is`);
    text = await (await fetch(`${operations}/metrics`)).text();
    const lines = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    types = new Map(lines.map(([, name = "", type = ""]) => [name, type]));
  });

  /** The value of a series whose labels contain some text. */
  const figureOf = (series: string): number => {
    const line = text.split("\n").find((each) => each.startsWith(series));
    return Number(line?.slice(line.lastIndexOf(" ") + 1) ?? Number.NaN);
  };

  it("pass promtool, and are named as Prometheus wants names", () => {
    expect(complaintsOfPromtool("the metrics", ["check", "metrics"], text)).to.equal("");
    expect(types.size).to.be.above(40);
    for (const [name, type] of types) {
      expect(name).to.match(/^[a-z][a-z0-9_]*$/);
      expect(name, "base units").not.to.match(/milliseconds|_ms$|minutes|hours|kilobytes/);
      expect(name.endsWith("_total"), `${name}: only counters are totals`).to.equal(
        type === "counter",
      );
      expect(text, `${name} says what it is`).to.match(new RegExp(`^# HELP ${name} \\S`, "m"));
    }
  });

  it("tell confirmation times, queues, chain, gas, positions, lanes, requests and statements", () => {
    expect(figureOf("corridor_confirmation_seconds_count")).to.be.above(0);
    expect(figureOf('corridor_confirmation_seconds_bucket{le="+Inf"}')).to.be.above(0);
    expect(figureOf('corridor_transfers{state="settled"}')).to.be.at.least(0);
    expect(figureOf("corridor_chain_final_block")).to.be.above(0);
    expect(figureOf("corridor_chain_followed_block")).to.be.above(0);
    expect(figureOf("corridor_lane_balance_wei{lane=")).to.be.above(0);
    expect(figureOf("corridor_chain_base_fee_wei")).to.be.above(0);
    expect(figureOf("corridor_chain_gas_price_wei")).to.be.above(0);
    expect(figureOf("corridor_lane_next_nonce{lane=")).to.be.above(0);
    const payer = '{participant="harbour-wallet",currency="HKD"}';
    const position = figureOf(`corridor_position_minor_units${payer}`);
    expect(position).to.be.above(figureOf(`corridor_position_headroom_minor_units${payer}`));
    expect(figureOf(`corridor_position_low${payer}`)).to.equal(0);
    expect(figureOf("corridor_reconciliation_breaks")).to.equal(0);
    expect(figureOf('corridor_webhook_deliveries{state="dead"}')).to.be.at.least(0);
    expect(figureOf('corridor_cases_open{kind="foreign-nonce"}')).to.equal(0);
    expect(figureOf("corridor_database_statement_seconds_count")).to.be.above(0);
    const quotes =
      'corridor_http_request_seconds_count{interface="relayer",method="POST",route="/v1/quotes",status="201"}';
    expect(figureOf(quotes)).to.be.above(0);
    expect(figureOf('corridor_reading_failures_total{source="positions"}')).to.equal(0);
  });

  it("hold no id of a transfer or a batch, and no address that somebody has asked for", () => {
    const own = text.split("\n").filter((line) => line.startsWith("corridor_"));
    const lane = /lane="0x[0-9a-fA-F]{40}"/g;
    for (const line of own.map((each) => each.replace(lane, ""))) {
      expect(line).not.to.match(/0x[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f]{4}-|nowhere-that-is|\+852/);
    }
  });

  it("are all there that the alert rules and the dashboard ask for", () => {
    expect(
      complaintsOfPromtool("the alert rules", [
        "check",
        "rules",
        docs("operations/alerts.yml").pathname,
      ]),
    ).to.equal("");
    for (const file of ["operations/alerts.yml", "operations/grafana-dashboard.json"]) {
      const asked = new Set(read(file).match(NAMES));
      expect(asked.size, file).to.be.above(10);
      for (const name of asked) {
        const known = types.has(name) || types.has(name.replace(SERIES, ""));
        expect(known, `${name} of ${file}`).to.equal(true);
      }
    }
  });

  it("let an alarm of little gas find the price of gas, which has no lane", () => {
    const expression = /alert: CorridorGasLow\n\s+expr: (.+)/.exec(
      read("operations/alerts.yml"),
    )?.[1];
    const [balance = "", lane = ""] = /corridor_lane_balance_wei\{(lane="\w+")\}/.exec(text) ?? [];
    const [price = ""] = /corridor_chain_gas_price_wei(?= \d)/.exec(text) ?? [];
    const where = 'instance="a:1",job="corridor"';
    const series = (name: string, value: string) =>
      `      - series: '${name}'\n        values: '${value}'`;
    const rules = [
      "tests:",
      "  - interval: 1m",
      "    input_series:",
      series(balance.replace("{", `{${where},`), "400000000000000000"),
      series(`${price}{${where}}`, "1000000000"),
      "    promql_expr_test:",
      `      - expr: ${expression}`,
      "        eval_time: 0",
      "        exp_samples:",
      `          - labels: '{${where},${lane}}'`,
      "            value: 400000000",
    ].join("\n");
    const file = join(mkdtempSync(join(tmpdir(), "corridor-rules-")), "gas.yml");
    writeFileSync(file, rules);
    expect(complaintsOfPromtool("the alarm of little gas", ["test", "rules", file])).to.equal("");
    rmSync(dirname(file), { recursive: true });
  });

  it("are on a dashboard whose every panel asks for something", () => {
    const { panels } = JSON.parse(read("operations/grafana-dashboard.json")) as {
      panels: { id: number; title: string; targets: { expr: string }[] }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    for (const { title, targets } of panels) {
      expect(targets, title).not.to.have.lengthOf(0);
      for (const { expr } of targets) expect(expr, title).to.match(/(?:corridor|nodejs|process)_/);
    }
  });

  it("raise alarms of which each has its section in the runbook", () => {
    const rules = read("operations/alerts.yml");
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
    expect(alerts).to.have.lengthOf.above(15);
    const runbook = read("runbook.md");
    for (const name of alerts) {
      expect(runbook, name).to.match(new RegExp(`^### ${name}\\n\\n\\S.+`, "m"));
      expect(rules, name).to.contain(`runbook: docs/runbook.md#${name.toLowerCase()}\n`);
    }
    const sections = [...runbook.matchAll(/^### (Corridor\w+)$/gm)].map(([, name]) => name);
    expect(sections).to.have.members(alerts);
  });
});
