import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { environment } from "../fixtures/environment.ts";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MOCHA = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** What asks the compiler or the sources, and no chain. */
const ENGINELESS = ["solidity-invariants", "sources", "audit-page"];
/**
 * Runs the contract tests on anvil, in a process of their own.
 * @returns The counts, and the output, which names what failed.
 */
export async function runOnAnvil(): Promise<{ passed: number; failed: number; output: string }> {
  const suffix = ".test.ts";
  const files = readdirSync(HERE)
    .filter((name) => name.endsWith(suffix))
    .filter((name) => !ENGINELESS.includes(name.slice(0, -suffix.length)))
    .map((name) => `${HERE}${name}`);
  const output = await promisify(execFile)(process.execPath, [MOCHA, "--exit", ...files], {
    cwd: ROOT,
    env: { ...environment.all, CONTRACT_ENGINE: "anvil" },
    maxBuffer: 1 << 26,
  }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed/m.exec(output) ?? [];
  return { passed: Number(passed), failed: Number(failed), output };
}
