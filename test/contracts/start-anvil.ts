import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

/** The package's own wrapper would be a process more to end. */
const BINARY = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : "arm64"}/bin/anvil`;
/** What the simulated chain of the same tests has: see hardhat.config.ts. */
const LIKE_HARDHAT = ["--chain-id", "31337", "--gas-limit", "60000000", "--accounts", "20"];

/**
 * Starts an anvil of its own on a free port; it ends with this process.
 * @param options Besides the port; as Hardhat's chain unless stated.
 * @returns Its JSON-RPC address.
 * @throws Error if it ends before it listens.
 */
export async function startAnvil(options: readonly string[] = LIKE_HARDHAT): Promise<string> {
  const binary = createRequire(import.meta.url).resolve(BINARY);
  const anvil = spawn(binary, ["--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => anvil.kill("SIGKILL"));
  const lines = createInterface({ input: anvil.stdout });
  const listening = new Promise<string>((resolve) => {
    lines.on("line", (line) => {
      const [, address] = /^Listening on (\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
  const ended = once(anvil, "exit").then(() => {
    throw new Error("anvil ended before it listened.");
  });
  const address = await Promise.race([listening, ended]);
  // It goes on printing and is read, and yet keeps no finished test run waiting.
  anvil.unref();
  if (anvil.stdout instanceof Socket) anvil.stdout.unref();
  return address;
}
