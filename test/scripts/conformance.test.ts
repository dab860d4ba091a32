import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Bench } from "../../scripts/conformance/bench.ts";
import { toJunit } from "../../scripts/conformance/report.ts";
import { CASES, runCases, type Verdict } from "../../scripts/conformance/run-cases.ts";
import { runSimulator, SIMULATOR } from "../../scripts/conformance/simulator.ts";
import { type Rail, startRail } from "../../scripts/conformance/start-rail.ts";
import { createWalletUnderTest } from "../../scripts/conformance/wallet-under-test.ts";
import { copyProduct } from "../../scripts/torture/defects/copy-product.ts";
import type { Change } from "../../scripts/torture/defects/defects.ts";
import { freePorts } from "../../server/local/free-ports.ts";

/** Wallets that each forget one duty, and the lines on which the kit must say so. */
const BROKEN: readonly (readonly [string, readonly Change[], readonly string[]])[] = [
  [
    "credits before it has looked at the chain",
    [
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: 'if (status !== "Reserved") {',
        with: 'if (status === "Expired") {',
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (settleUntil - now < BigInt(pinned.settleMarginSeconds)) {",
        with: "if (settleUntil > 0n && settleUntil - now < BigInt(pinned.settleMarginSeconds)) {",
      },
    ],
    ["forged reservation"],
  ],
  [
    "remembers no UETR",
    [
      {
        file: "server/wallet/receiving/decide-credits.ts",
        replace: "const before = earlier.get(uetr);",
        with: 'const before = earlier.get("another than " + uetr);',
      },
    ],
    ["duplicate", "make-good"],
  ],
  [
    "ignores what the payer has committed to",
    [
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: " || batch.root !== rootOf(instructionsOf(instruction))",
        with: "",
      },
    ],
    ["wrong commitment"],
  ],
  [
    "believes any deployment",
    [
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (batchId !== batchIdOf(pinned.deployment, batch)) throw",
        with: "if (batchId === batchIdOf(pinned.deployment, { ...batch, count: 501 })) throw",
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (batch.quoteHash !== quoteHashOf(pinned.deployment, quote)) throw",
        with: "if (batch.quoteHash === quoteHashOf(pinned.deployment, { ...quote, salt: 0n })) throw",
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: 'if (status !== "Reserved") {',
        with: 'if (status === "Expired") {',
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (quote.receiveToken !== pinned.receiveToken) throw",
        with: "if (quote.receiveToken === pinned.account) throw",
      },
      {
        file: "sdk/receive/verify-reservation.ts",
        replace: "if (settleUntil - now < BigInt(pinned.settleMarginSeconds)) {",
        with: "if (settleUntil > 0n && settleUntil - now < BigInt(pinned.settleMarginSeconds)) {",
      },
    ],
    ["forged reservation", "look-alike corridor", "other chain"],
  ],
];

describe("the conformance kit", function () {
  this.timeout(120_000);
  let rail: Rail;
  const directories: string[] = [];
  const newDirectory = () => {
    const directory = mkdtempSync(join(tmpdir(), "corridor-conformance-test-"));
    directories.push(directory);
    return directory;
  };
  before(async () => {
    rail = await startRail({ directory: newDirectory(), wallet: SIMULATOR });
  });
  after(async () => {
    await rail[Symbol.asyncDispose]();
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the kit against the simulator, or a broken copy of it; with restarts only if told so. */
  async function conform(root?: string, restarts = false): Promise<Verdict[]> {
    const [port = 0] = await freePorts("127.0.0.1", 1);
    const at = { port, directory: newDirectory(), ...(root !== undefined && { root }) };
    await using running = await runSimulator(rail, at);
    const bench: Bench = {
      rail,
      file: SIMULATOR,
      wallet: createWalletUnderTest(`http://127.0.0.1:${port}`),
      days: () =>
        new Set(
          [-1, 0].map((day) => new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)),
        ),
      ...(restarts && { restart: (afterMs: number) => running.restart(afterMs) }),
    };
    const cases = restarts ? CASES : CASES.filter(({ name }) => name !== "withheld settle");
    return await runCases(bench, { cases });
  }
  const failedIn = (verdicts: readonly Verdict[]) =>
    verdicts.filter(({ end }) => end === "failed").map(({ name, why }) => `${name}: ${why}`);

  it("passes the wallet of this repository in every case, killed in the middle too", async () => {
    const verdicts = await conform(undefined, true);
    expect(failedIn(verdicts)).to.deep.equal([]);
    expect(verdicts.map(({ end }) => end)).to.deep.equal(CASES.map(() => "passed"));
    expect(toJunit(verdicts)).to.include(`tests="${CASES.length}" failures="0" skipped="0"`);
  });

  for (const [what, changes, lines] of BROKEN) {
    it(`fails a wallet that ${what}, on the right line and no other`, async () => {
      using copy = copyProduct(changes);
      const verdicts = await conform(copy.root);
      const failed = verdicts.filter(({ end }) => end === "failed");
      expect(
        failed.map(({ name }) => name),
        failedIn(verdicts).join("\n"),
      ).to.deep.equal(lines);
      expect(verdicts.at(-1), "it says what it has not tried").to.include({ end: "not run" });
      const xml = toJunit(verdicts);
      for (const name of lines) expect(xml).to.match(new RegExp(`name="${name}"[^>]*><failure`));
    });
  }
});
