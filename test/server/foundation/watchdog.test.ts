import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const WATCHDOG = fileURLToPath(
  new URL("../../../server/foundation/process/watchdog.ts", import.meta.url),
);

/** Runs a program that starts a watchdog and then does something; answers how it ended and what it said. */
function run(body: string): Promise<{ signal: string | null; code: number | null; said: string }> {
  const program = `import { startWatchdog } from ${JSON.stringify(WATCHDOG)};
    const dog = startWatchdog(1_000);
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal, said })),
  );
}

describe("a watchdog", () => {
  it("ends a process whose main thread turns in place", async () => {
    const { signal, said } = await run("for (;;);");
    expect(signal).to.equal("SIGKILL");
    expect(said).to.contain("has not turned");
  });

  it("leaves one alone that is only slow, or has nothing to do", async () => {
    const { code, said } = await run(`
      const until = Date.now() + 600;
      while (Date.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      process.exit(7);`);
    expect(said).to.equal("");
    expect(code).to.equal(7);
  });

  it("counts no time in which the whole process is stopped", async () => {
    const { code, said } = await run(`
      import { spawn } from "node:child_process";
      spawn("sh", ["-c", "sleep 2; kill -CONT " + process.pid], { detached: true, stdio: "ignore" }).unref();
      process.kill(process.pid, "SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 500));
      process.exit(7);`);
    expect(said).to.equal("");
    expect(code).to.equal(7);
  });
});
