import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { launchInProcess } from "../../server/local/launchers.ts";
import { planCorridor, urlOf } from "../../server/local/plan.ts";
import { type LocalCorridor, startCorridor } from "../../server/local/start-corridor.ts";
import { readPage, run, type Step, save, stepsOf } from "./follow-page.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("docs/quickstart-sending.md, followed to the letter in an empty folder", function () {
  this.timeout(240_000);
  const directory = mkdtempSync(join(tmpdir(), "corridor-quickstart-"));
  const folder = join(directory, "my-wallet");
  const steps = stepsOf(readPage("quickstart-sending.md"));
  let corridor: LocalCorridor;
  before(async () => {
    // `npm start`, as far as the reader's program sees it: on free ports, in a directory of its own.
    const data = join(directory, "corridor");
    const options = { directory: data, keep: true, sendCurrencies: ["HKD"], logLevel: "silent" };
    corridor = await startCorridor(await planCorridor(options), { launch: launchInProcess });
  });
  after(async () => {
    await corridor[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  const outputs = new Map<string, string>();
  async function follow({ kind, label, text }: Step): Promise<void> {
    if (kind === "save") return save(folder, { kind, label, text });
    if (label === "corridor") {
      expect(text).to.equal("npm start\n");
      return;
    }
    if (label === "checkout") {
      expect(text).to.equal("npm run quickstart -- ../my-wallet\n");
      await run(`npm run quickstart -- ${folder} --directory ${corridor.plan.directory}`, ROOT);
      return;
    }
    for (const line of text.trim().split("\n")) outputs.set(line, await run(line, folder));
  }
  const printed = (program: string) => outputs.get(`node --env-file=.env ${program}.mjs`) ?? "";

  it("ends with the first transfer credited, proven, and everything else done once", async () => {
    const began = performance.now();
    for (const step of steps) {
      await follow(step);
      if (step.text === "node --env-file=.env send.mjs\n") {
        const seconds = ((performance.now() - began) / 1_000).toFixed(1);
        console.log(
          `      first transfer credited ${seconds} s after the first step on a running corridor`,
        );
      }
    }
    expect(printed("send")).to.match(
      /^1000\.00 HKD → \d+\.\d\d PHP at [\d.]+, to M.+\n.+\ncredited: [0-9a-f-]{36}\n$/,
    );
    expect(printed("receipt")).to.equal(
      "accepted\nreserved\ncredited\nsettled\ntrue accepted Settled\n",
    );
    expect(printed("refused")).to.match(/^handed in again: credited, paid once\npayee-unavailable/);
    expect(printed("payroll")).to.equal("credited\ncredited\ncredited\n");
    expect(printed("webhooks")).to.include("transfer.credited");
  });

  it("installs the package alone, with nothing of the checkout's own", () => {
    const installed = join(folder, "node_modules/@corridor/sdk");
    expect(readdirSync(installed).sort()).to.deep.equal([
      "LICENSE",
      "README.md",
      "dist",
      "package.json",
    ]);
    expect(existsSync(join(folder, "node_modules/express"))).to.equal(false);
  });

  it("leaves a package whose types hold in a stranger's strict project", async () => {
    const program = `import { CorridorError, createClient, type Payment, type Sent } from "@corridor/sdk";
import { openKeystore } from "@corridor/sdk/node";
declare const options: Parameters<typeof createClient>[0];
declare const payment: Payment;
const client = createClient({ ...options, signer: await openKeystore({}) });
const sent: Sent = await client.send(payment);
const outcome: "credited" | "held" | "rejected" | "pending" = sent.outcome;
// @ts-expect-error an amount is text
const wrong: Payment = { ...payment, amount: { value: 1000, currency: "HKD" } };
const error = new CorridorError("payee-unavailable", "for example");
switch (error.code) {
  case "relayer-unreachable":
    break;
  // @ts-expect-error no such code
  case "no-such-code":
    break;
}
export { outcome, wrong };
`;
    writeFileSync(join(folder, "strict.mts"), program);
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = "--noEmit --strict --skipLibCheck --exactOptionalPropertyTypes --module nodenext";
    await run(`node ${tsc} ${flags} --target es2023 --lib es2023,dom strict.mts`, folder);
  });

  it("beside docs/api.md, whose calls answer as the page says", async () => {
    const { plan, relayerUrl } = corridor;
    const [pair] = plan.corridors;
    const addresses = {
      "http://127.0.0.1:8080": relayerUrl,
      "http://127.0.0.1:8081": corridor.relayerUrls(0).operations,
      "http://127.0.0.1:8090": urlOf(plan, plan.bank),
      "http://127.0.0.1:8092": corridor.walletUrl(pair?.payee ?? ""),
      ".corridor/": `${plan.directory}/`,
      "scripts/call.ts": `scripts/call.ts --directory ${plan.directory}`,
    };
    const here = (text: string) =>
      Object.entries(addresses).reduce((changed, [is, be]) => changed.replaceAll(is, be), text);
    const blocks = stepsOf(readPage("api.md")).map(({ text }) => here(text));
    const script = join(directory, "walk.sh");
    const strict =
      'set -eu\ncurl() { command curl --fail-with-body "$@" || { echo; return 1; }; echo; }\n';
    writeFileSync(script, strict + blocks.join("\necho =====\n"));
    const told = (await run(`bash ${script}`, ROOT)).split(/^=====\n/m).slice(1);
    const [market, quote, transfers, events, books, nothing, participant, bank, operations] = told;
    expect(told).to.have.lengthOf(9);
    expect(market).to.include('"corridors"').and.include('"rates"').and.include('"positions"');
    expect(quote).to.include('"signedQuote"');
    expect(transfers).to.include('"timeline"').and.include('"siblings"');
    expect(events).to.include("transfer.settled").and.include('"endpoints"');
    expect(books).to.include('"entries"').and.include('"hash"');
    expect(nothing).to.include('"code":"not-found"');
    expect(participant).to.include('"eligible":true').and.include('"closing"');
    expect(bank).to.include('"accounts"');
    expect(operations).to.include("transfers");
  });
});
