import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { launchProcess } from "../../server/local/launchers.ts";
import { waitFor } from "../../server/local/wait-for.ts";
import { startTestCorridor } from "../e2e/local-corridor.ts";
import { balancesOf, newPair, type Pair, pay } from "../e2e/people.ts";

/** Room for an embedded database and little more. */
const SIZE = "96m";

/** A small file system of its own. @throws where the machine does not let us mount one, as it must to root on Linux. */
function mountSmallDisk() {
  const path = mkdtempSync(join(tmpdir(), "corridor-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", path]);
  const filler = join(path, "filler");
  return {
    path,
    /** Takes all the room that is left. */
    fill() {
      const file = openSync(filler, "w");
      const block = Buffer.alloc(65_536, 1);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).to.equal("ENOSPC");
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(filler),
    [Symbol.dispose]() {
      execFileSync("umount", [path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

describe("a relayer on the embedded database whose disk is full", () => {
  it("promises nothing that it cannot keep and says why; with room again every order is at its end", async () => {
    using disk = mountSmallDisk();
    await using test = await startTestCorridor({
      launch: launchProcess,
      relayerSettings: { RELAYER_DATA_DIRECTORY: disk.path },
    });
    const pairs = await Promise.all(Array.from({ length: 8 }, () => newPair(test)));
    const isRunning = () => test.corridor.relayer.signal?.(0) === true;
    await Promise.all(pairs.map((pair) => pay(test, pair)));
    disk.fill();
    const deadline = performance.now() + 60_000;
    const codes = new Set<string>();
    // The database has some room of its own left, which orders use up; each order is for HK$10.
    const payAll = async (pair: Pair) => {
      while (isRunning() && codes.size === 0 && performance.now() < deadline) {
        await pay(test, pair, { amount: { value: "10.00", currency: "HKD" } }).catch((error) => {
          if (isRunning()) codes.add(error.problem?.code ?? String(error));
        });
      }
    };
    await Promise.all(pairs.map(payAll));
    expect([...codes], "what orders are told").to.deep.equal(["database-unavailable"]);
    disk.makeRoom();
    if (!isRunning()) await test.corridor.restartRelayer(0);
    await Promise.all(pairs.map((pair) => pay(test, pair)));
    const open = await waitFor(
      async () =>
        (await test.sending.payments()).filter(
          ({ state }) => state === "sent" || state === "credited",
        ),
      ({ length }) => length === 0,
      120_000,
    );
    expect(open, "what has not come to its end").to.deep.equal([]);
    for (const { sumMinor } of [await test.sending.totals(), await test.receiving.totals()]) {
      expect(sumMinor).to.equal("0");
    }
    const ended = await test.sending.payments();
    const settled = ended.filter(({ state }) => state === "settled");
    expect(settled.length, "once before and once after, at least").to.be.at.least(2 * pairs.length);
    const minor = ({ value }: { readonly value: string }) => BigInt(value.replace(".", ""));
    const received = await Promise.all(pairs.map((pair) => balancesOf(test, pair)));
    const sum = (each: readonly bigint[]) => each.reduce((total, next) => total + next, 0n);
    expect(sum(received.map(({ recipient }) => BigInt(recipient.replace(".", ""))))).to.equal(
      sum(settled.map(({ receiveAmount }) => minor(receiveAmount))),
    );
  }).timeout(600_000);
});
