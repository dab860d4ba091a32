import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What one invariant went through. */
export interface InvariantResult {
  name: string;
  status: string;
  /** Why it failed. */
  reason?: string;
  /** Random calls made while it was watched. */
  calls: number;
}

const RUNNER = fileURLToPath(new URL("run-campaign.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Runs the Solidity invariant tests in a process of their own, since Hardhat keeps one configuration per process.
 * @param size Sequences per invariant, calls per sequence, and 32 bytes of hex from which all calls are drawn.
 * @throws Error with the output if the tests could not run at all; a broken invariant is a result.
 */
export async function startCampaign(size: {
  runs: number;
  depth: number;
  seed: string;
}): Promise<InvariantResult[]> {
  const values = [RUNNER, String(size.runs), String(size.depth), size.seed];
  const { stdout } = await promisify(execFile)(process.execPath, values, {
    cwd: ROOT,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as InvariantResult[];
}
