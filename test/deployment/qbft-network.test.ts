import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv, promisify } from "node:util";
import { expect } from "chai";
import { computeAddress, decodeRlp, Wallet } from "ethers";
import { parse as parseToml } from "smol-toml";
import hardhatConfig from "../../hardhat.config.ts";
import { callChain } from "../../server/local/chain-clock.ts";
import { sendFirstTransfer } from "../../server/local/first-transfer.ts";
import { type Launcher, launchInProcess } from "../../server/local/launchers.ts";
import { readRelayerEnv } from "../../server/relayer/config/env.ts";
import { startAnvil } from "../contracts/start-anvil.ts";
import { startTestCorridor } from "../e2e/local-corridor.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "docs/operations/qbft");
const text = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const genesis = JSON.parse(text("genesis.json"));
const CHAIN_ID = `${genesis.config.chainId}`;
/** A node's first block is of now, whatever the genesis says; anvil's clock begins where that stands. */
const now = () => ["--timestamp", `${Math.floor(Date.now() / 1_000)}`];
/** As the nodes: the genesis' own limits, a base fee of nothing, and no price below which a node refuses. */
const LIKE_QBFT = [
  "--init",
  join(FOLDER, "genesis.json"),
  "--gas-limit",
  `${Number(genesis.gasLimit)}`,
]
  .concat(["--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"])
  .concat(["--hardfork", "cancun", "--code-size-limit", `${genesis.config.contractSizeLimit}`]);

/** Ends with the corridor, which asks its chain for the pace of Hardhat's, in milliseconds. */
async function launchAnvil(port: string) {
  const binary = createRequire(import.meta.url).resolve(
    `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : "arm64"}/bin/anvil`,
  );
  const anvil = spawn(
    binary,
    [...LIKE_QBFT, ...now(), "--port", port, "--chain-id", "31337", "--accounts", "0"],
    {
      stdio: "ignore",
    },
  );
  const ended = once(anvil, "exit");
  for (let tries = 0; tries < 100; tries++) {
    if (await callChain(`http://127.0.0.1:${port}`, "eth_chainId", []).catch(() => undefined))
      break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const end = async () => {
    anvil.kill("SIGKILL");
    await ended;
  };
  return { kill: end, [Symbol.asyncDispose]: end };
}

const onAnvil: Launcher = (service, env) =>
  service === "chain" ? launchAnvil(env["CHAIN_PORT"] ?? "") : launchInProcess(service, env);

describe("the QBFT network of docs/operations/qbft", () => {
  it("has one set of validators in its genesis and among its nodes", () => {
    const [vanity, validators, votes, round, seals] = decodeRlp(genesis.extraData) as [
      string,
      string[],
      unknown[],
      string,
      unknown[],
    ];
    expect([vanity.length, votes, round, seals]).to.deep.equal([66, [], "0x", []]);
    const nodes: string[] = JSON.parse(text("static-nodes.json"));
    const keys = nodes.map((node) => /^enode:\/\/([0-9a-f]{128})@/.exec(node)?.[1] ?? "");
    expect(keys.map((key) => computeAddress(`0x04${key}`).toLowerCase())).to.deep.equal(validators);
    expect(new Set(validators).size).to.equal(4);
  });

  it("is what the network's own tool makes from network.json, besides the validators", () => {
    const { genesis: asked, blockchain } = JSON.parse(text("network.json"));
    const { extraData: _, ...rest } = genesis;
    expect(rest).to.deep.equal(asked);
    expect(blockchain.nodes).to.deep.equal({ generate: true, count: 4 });
  });

  it("runs what the compiler makes: the same EVM version, gas limit and room for contracts as the tests' chain", () => {
    const compiler = JSON.stringify(hardhatConfig.solidity);
    expect(compiler).to.include('"evmVersion":"cancun"');
    expect(genesis.config).to.include({
      cancunTime: 0,
      zeroBaseFee: true,
      contractSizeLimit: 24_576,
    });
    expect(BigInt(genesis.gasLimit)).to.equal(60_000_000n);
    const node = parseToml(text("node.toml"));
    expect(node["target-gas-limit"]).to.equal(60_000_000);
    expect(node["min-gas-price"]).to.equal(0);
    expect(node["discovery-enabled"]).to.equal(false);
    expect(node["rpc-http-api"]).to.include.members(["ETH", "NET"]);
  });

  it("takes the deployment from a key without money, and verifies it", async () => {
    const rpc = await startAnvil(["--accounts", "0", ...now(), ...LIKE_QBFT]);
    expect(await callChain(rpc, "eth_chainId", [])).to.equal(
      `0x${genesis.config.chainId.toString(16)}`,
    );
    const out = mkdtempSync(join(tmpdir(), "qbft-"));
    const deployer = Wallet.createRandom();
    const keystore = join(out, "deployer.json");
    const config = join(out, "plan.json");
    const password = "trial";
    writeFileSync(keystore, deployer.encryptSync(password), {
      mode: 0o600,
    });
    const plan = JSON.parse(readFileSync(join(ROOT, "config/deployments/local.json"), "utf8"));
    writeFileSync(config, JSON.stringify({ ...plan, chainId: CHAIN_ID }));
    try {
      const args = [
        "scripts/deploy.ts",
        "--config",
        config,
        "--rpc",
        rpc,
        "--keystore",
        keystore,
        "--out",
        out,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        cwd: ROOT,
        env: { DEPLOYER_PASSWORD: password },
      });
      expect(stdout).to.match(/Deployed, and verified on chain/);
    } finally {
      rmSync(out, { recursive: true });
    }
    expect(await callChain(rpc, "eth_getBalance", [deployer.address, "latest"])).to.equal("0x0");
  });

  it("moves money through a relayer with relayer.env, at blocks of a second and at no price", async () => {
    const { RPC_URL: _, ...relayerSettings } = parseEnv(text("relayer.env")) as Record<
      string,
      string
    >;
    const known = readRelayerEnv({
      ...relayerSettings,
      RPC_URL: "http://127.0.0.1:1",
      NETWORK_FILE: "x",
      DIRECTORY_FILE: "x",
      REQUEST_KEYS_FILE: "x",
      RELAYER_PRIVATE_KEY: `0x${"11".repeat(32)}`,
    });
    expect(known).to.include({ CHAIN_DEPTH: 0, RAISE_FEE_MS: 600_000 });
    await using test = await startTestCorridor({ launch: onAnvil, relayerSettings });
    const { rpcUrl } = test.corridor;
    await callChain(rpcUrl, "evm_setAutomine", [false]);
    await callChain(rpcUrl, "evm_setIntervalMining", [genesis.config.qbft.blockperiodseconds]);
    const { transfer } = await sendFirstTransfer(test.corridor);
    expect(transfer.state).to.equal("settled");
    const sent = await test
      .relayerDatabase()
      .selectFrom("chain_transactions")
      .select("hash")
      .execute();
    expect(sent.length).to.be.at.least(2);
    for (const { hash } of sent) {
      const receipt = (await callChain(rpcUrl, "eth_getTransactionReceipt", [hash])) as {
        effectiveGasPrice: string;
      };
      expect(receipt.effectiveGasPrice).to.equal("0x0");
    }
    const block = (await callChain(rpcUrl, "eth_getBlockByNumber", ["latest", false])) as Record<
      string,
      string
    >;
    expect(BigInt(block["gasLimit"] ?? 0)).to.equal(60_000_000n);
    expect(BigInt(block["baseFeePerGas"] ?? 1)).to.equal(0n);
  });
});
