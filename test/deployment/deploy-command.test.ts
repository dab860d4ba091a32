import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { network } from "hardhat";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The key behind the first account that the local chain funds. */
const FUNDED = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("the deploy command", () => {
  it("deploys over JSON-RPC once, and verifies when it is run again", async () => {
    const server = await network.createServer("default", "127.0.0.1", 0);
    const { port } = await server.listen();
    const out = mkdtempSync(join(tmpdir(), "deploy-"));
    const options = {
      config: "config/deployments/local.json",
      rpc: `http://127.0.0.1:${port}`,
      out,
    };
    const values = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const run = async (env: Record<string, string>) =>
      await promisify(execFile)(process.execPath, ["scripts/deploy.ts", ...values], {
        cwd: ROOT,
        env,
      });
    try {
      const first = await run({ DEPLOYER_PRIVATE_KEY: FUNDED });
      expect(first.stdout).to.match(/Deployed, and verified on chain/);
      const second = await run({});
      expect(second.stdout).to.match(/Verified on chain; nothing was sent/);
    } finally {
      rmSync(out, { recursive: true });
      await server.close();
    }
  }).timeout(120_000);
});
