import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { JsonRpcProvider, Transaction, Wallet } from "ethers";
import { openExternalSigner } from "../../deployment/external-signer.ts";
import { startAnvil } from "../contracts/start-anvil.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Not one of the local ones. */
const CHAIN = 4_242n;

describe("a deployment by an external signer", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  const phrase = Wallet.createRandom().mnemonic?.phrase ?? "";
  const address = Wallet.fromPhrase(phrase).address;
  let own = "";
  let known = "";

  before(async () => {
    own = await startAnvil(["--chain-id", String(CHAIN), "--mnemonic", phrase]);
    known = await startAnvil(["--chain-id", String(CHAIN)]);
  });

  after(() => rmSync(folder, { recursive: true }));

  async function refusalOf(promise: Promise<unknown>): Promise<string> {
    return await promise.then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  /** A signer that puts another chain transaction in the place of the one it is asked for. */
  async function startLiar(): Promise<{ server: Server; url: string }> {
    const wallet = Wallet.createRandom();
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        const { id, method } = JSON.parse(body);
        const other = Transaction.from({ chainId: CHAIN, to: wallet.address, value: 1n });
        other.signature = wallet.signingKey.sign(other.unsignedHash);
        const result = method === "eth_accounts" ? [wallet.address] : { raw: other.serialized };
        response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it("deploys on a chain that is not local, and no key is in the command's hands", async () => {
    const plan = JSON.parse(readFileSync(join(ROOT, "config/deployments/local.json"), "utf8"));
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify({ ...plan, chainId: String(CHAIN) }));
    const options = { config, rpc: own, signer: own, from: address, out: folder };
    const values = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const run = promisify(execFile)(process.execPath, ["scripts/deploy.ts", ...values], {
      cwd: ROOT,
      env: {},
    });
    expect((await run).stdout).to.match(/Deployed, and verified on chain/);
    const { deployer } = JSON.parse(readFileSync(join(folder, `${CHAIN}.json`), "utf8"));
    expect(deployer).to.equal(address);
  });

  it("is refused with an account that the signer does not hold", async () => {
    const from = Wallet.createRandom().address;
    expect(await refusalOf(openExternalSigner({ url: own, from }, CHAIN))).to.match(
      /does not hold/,
    );
  });

  it("is refused without a name where the signer holds several", async () => {
    expect(await refusalOf(openExternalSigner({ url: own }, CHAIN))).to.match(/name one/);
  });

  it("is refused with a key that every developer knows", async () => {
    const from = (await new JsonRpcProvider(known).send("eth_accounts", []))[0];
    const refusal = await refusalOf(openExternalSigner({ url: known, from }, CHAIN));
    expect(refusal).to.match(/published development key/);
  });

  it("is refused when the signer signs something else", async () => {
    const { server, url } = await startLiar();
    try {
      const signer = await openExternalSigner({ url }, CHAIN);
      const asked = { chainId: CHAIN, to: address, value: 2n, gasLimit: 21_000n };
      expect(await refusalOf(signer.signTransaction(asked))).to.match(/signed another/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
