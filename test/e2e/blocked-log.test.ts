import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  createProcessLauncher,
  type Launcher,
  launchInProcess,
} from "../../server/local/launchers.ts";
import { eventually } from "./eventually.ts";
import { startTestCorridor } from "./local-corridor.ts";
import { newPair, pay } from "./people.ts";

/** A pipe that is full, and that nobody reads. */
function fullPipe() {
  const path = join(tmpdir(), `corridor-pipe-${process.pid}`);
  execFileSync("mkfifo", [path]);
  const fill = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const block = Buffer.alloc(4_096, ".");
  try {
    for (;;) writeSync(fill, block);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).to.equal("EAGAIN");
  }
  const writer = openSync(path, constants.O_RDWR);
  return {
    writer,
    [Symbol.dispose]() {
      closeSync(fill);
      closeSync(writer);
      rmSync(path);
    },
  };
}

describe("a relayer whose log nobody reads", () => {
  it("moves money all the same, and ends when it is asked to", async () => {
    using pipe = fullPipe();
    const launchRelayer = createProcessLauncher(pipe.writer);
    const launch: Launcher = (service, env) =>
      service === "relayer" ? launchRelayer(service, env) : launchInProcess(service, env);
    await using test = await startTestCorridor({ launch, relayerSettings: { LOG_LEVEL: "debug" } });
    for (let payments = 0; payments < 3; payments++) {
      const { uetr } = await pay(test, await newPair(test));
      await eventually(
        () => test.sending.payment(uetr),
        ({ state }) => state === "settled",
      );
    }
    const { relayer } = test.corridor;
    const ended = relayer[Symbol.asyncDispose]().then(() => "ended");
    const tooLong = new Promise((resolve) => setTimeout(resolve, 10_000, "still there"));
    expect(await Promise.race([ended, tooLong])).to.equal("ended");
  });
});
