import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type CorridorTree, startTree } from "../../scripts/kill-start/corridor-tree.ts";
import { runRounds } from "../../scripts/kill-start/run-rounds.ts";
import { RECIPIENT } from "../../server/local/first-transfer.ts";

const START = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));
const LONG_MS = 240_000;

describe("npm start, on a directory that it has run on before", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "survival-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("has every payment, balance and block after all of it was killed under load", async () => {
    const rounds = await runRounds({
      directory,
      times: 1,
      pairs: 6,
      blockTime: "200ms",
      // Two and a half seconds of load, and no further kill while it comes back.
      random: () => 0.8,
      onRound: () => {},
    });
    expect(rounds.flatMap(({ violations }) => violations)).to.deep.equal([]);
    expect(rounds[0]?.settled).to.be.at.least(6);
    expect(rounds[0]?.blocks).to.be.at.least(3);
  }).timeout(LONG_MS);

  describe("while it runs", () => {
    let tree: CorridorTree;
    afterEach(() => tree.kill());

    it("refuses a second start with one line, unharmed, and is back after Ctrl-C", async () => {
      tree = startTree(directory, "--block-time", "0");
      const found = await tree.ready();
      const balance = async () => (await found.receiving.account(RECIPIENT.phone)).balance.value;
      const received = await balance();
      const second = spawn(process.execPath, [START, "--directory", directory]);
      const said: Buffer[] = [];
      second.stderr.on("data", (text) => said.push(text));
      const [code] = await once(second, "close");
      expect(code).not.to.equal(0);
      const lines = Buffer.concat(said).toString().trim().split("\n");
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include(directory).and.include("in use");
      expect(await balance()).to.equal(received);

      expect(await tree.interrupt()).to.equal(0);
      tree = startTree(directory, "--block-time", "0");
      const again = await tree.ready();
      expect(again.network).to.deep.equal(found.network);
      const account = await again.receiving.account(RECIPIENT.phone);
      expect(account.balance.value, "and no other first transfer").to.equal(received);
    }).timeout(LONG_MS);
  });
});
