import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const DEMO = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));
const LONG_MS = 120_000;

/** Runs the demo with a temporary directory of its own, in which nothing may be left. */
function runDemo(directory: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [DEMO, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { TMPDIR: directory },
  });
}

async function outputOf(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, "close");
  return { code, text: Buffer.concat(chunks).toString("utf8") };
}

describe("npm run demo", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "demo-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("tells five stories that end as they must, with every cent found, and leaves nothing", async () => {
    const { code, text } = await outputOf(runDemo(directory, "--json"));
    const document = JSON.parse(text);
    const ends = document.stories.map((story: { state: string; reason?: string }) => [
      story.state,
      story.reason ?? "",
    ]);
    expect(ends).to.deep.equal([
      ["settled", ""],
      ["settled", ""],
      ["rejected", "AC04"],
      ["expired", "AB05"],
      ["returned", "FOCR"],
    ]);
    for (const { name, ok, everyCentAddsUp, timeline } of document.stories) {
      expect({ name, ok, everyCentAddsUp }).to.deep.equal({
        name,
        ok: true,
        everyCentAddsUp: true,
      });
      for (const { elapsedMs } of timeline) expect(elapsedMs).to.be.a("number");
    }
    const [first, bill] = document.stories;
    expect(first.price.midRate).to.deep.equal({
      value: "6.8113495261",
      source: "ECB",
      date: "2018-06-25",
    });
    expect(bill.price.receiveAmount).to.deep.equal({ value: "10000.00", currency: "PHP" });
    expect(document.ok).to.equal(true);
    expect(code).to.equal(0);
    expect(readdirSync(directory)).to.deep.equal([]);
  }).timeout(LONG_MS);

  it("ends on Ctrl-C with code 130, even while it starts, and takes its directory along", async () => {
    const child = runDemo(directory);
    const ended = outputOf(child);
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.includes("relayer")) child.kill("SIGINT");
    });
    expect((await ended).code).to.equal(130);
    expect(readdirSync(directory)).to.deep.equal([]);
  }).timeout(LONG_MS);
});
